"""Plans a research topic and gathers passages about it."""

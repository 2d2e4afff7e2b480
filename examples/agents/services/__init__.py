"""The processes of the unified agent system."""

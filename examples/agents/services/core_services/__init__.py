"""The agent manager: runs agents and research tasks on the engines."""

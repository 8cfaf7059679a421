"""The command line: `python agent.py ...`."""

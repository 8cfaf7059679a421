"""The operator's tool for stored phrases: `python agent.py phrases ...`."""

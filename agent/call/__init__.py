"""One call: its session, its providers, the agent that speaks, and what surrounds them."""

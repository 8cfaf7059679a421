"""LLM tokens to Segments. All modules are pure."""

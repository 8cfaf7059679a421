"""LLM tokens to Segments. Pure."""

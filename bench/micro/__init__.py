"""The cost of single parts, without a provider or a room."""

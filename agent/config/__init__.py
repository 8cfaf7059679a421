"""Settings: read, checked whole at start-up, and typed."""

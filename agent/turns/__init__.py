"""When the caller has finished: what decides it, and what waits for it."""

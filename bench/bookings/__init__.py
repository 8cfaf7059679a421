"""Many processes book at the clinic's desk at once, and are killed meanwhile."""

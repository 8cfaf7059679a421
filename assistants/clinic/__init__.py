"""A clinic's receptionist."""

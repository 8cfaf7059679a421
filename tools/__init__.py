"""Tools for developers: preparing a machine, auditing the locks, keys. Standard library only."""

"""What developers run: setting a machine up and renewing the locks. Standard library only."""

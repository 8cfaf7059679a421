"""What the provider sends to PCM. Pure."""

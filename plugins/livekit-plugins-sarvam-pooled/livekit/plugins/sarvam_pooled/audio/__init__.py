"""The provider's bytes to PCM. All modules are pure."""

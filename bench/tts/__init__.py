"""Our TTS plugin beside its peers, against the same stand-in provider."""

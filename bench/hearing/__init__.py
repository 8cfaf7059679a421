"""What a caller hears of a reply's audio. Pure."""

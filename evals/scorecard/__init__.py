"""A run for its readers: a table, the transcripts of what failed, a JSON file. Pure."""

"""`make assistant NAME=shop`: a new folder of `assistants/`, which works at once."""

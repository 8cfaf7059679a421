"""Side by side with the peers: the same replies, the same stand-in, one run."""

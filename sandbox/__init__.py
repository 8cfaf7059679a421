"""Stand-in providers, a scripted caller and a local LiveKit server: a whole call without a key.

Everything here listens on loopback and speaks the real wire protocols. Its delays are simulated;
wherever one of its figures is shown, it is called simulated.
"""

"""Stand-in providers, a scripted caller and a local LiveKit server: a whole call without a key.

Everything here listens on loopback and speaks the real wire protocols. Delays are simulated, and
are called simulated wherever they are shown.
"""

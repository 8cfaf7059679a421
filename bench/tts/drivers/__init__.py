"""The peers, each in a process of its own: it receives replies to speak and reports their audio.

Every peer has its own interpreter and libraries, none shares an event loop with the provider or
the judges, and all are timed by the same few lines (`harness.listen`).
"""

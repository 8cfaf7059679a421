"""The peers, each in a process of its own that is told what to say and tells what it got.

So every peer has its own interpreter and libraries, none shares a loop with the provider or with
the judges, and all are timed by the same few lines (`listen`).
"""

"""Limits of the cost of one call: typed text, and time.

text     limits of typed text                      (pure)
clock    limits of a call's length and silence     (pure)
typed    reads the texts of the room
ending   says goodbye, and ends the call
"""

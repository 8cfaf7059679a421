"""What an assistant's database holds: rows before, after and between turns.

database  the shell: makes, seeds and reads one database for each call
changes   pure: which rows differ
"""

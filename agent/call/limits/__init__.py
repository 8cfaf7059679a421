"""What one call may cost: typed text, and time.

text     how much may be typed, and what is refused          (pure)
clock    when a call is over: its length, and its silence    (pure)
typed    reads the texts of the room
ending   says goodbye, and ends the call
"""

"""Where the milliseconds of a call go: from marks to the waterfall, budgets and metrics.

    marks -> timeline -> turn (the one schema) -> waterfall, summary, journal, budgets, prometheus
    vitals                                        network, connections, memory -> prometheus

All of it is values and `now`; what listens to a call, and writes to the room, is the thin shell in
`live`. `voiced` finds the zero of a Turn, the caller's last sound, in the audio itself.
"""

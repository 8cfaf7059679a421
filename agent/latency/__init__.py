"""The timing of calls: from marks to the waterfall, budgets and metrics.

    marks -> timeline -> turn (the one schema) -> waterfall, summary, journal, budgets, prometheus
    vitals                                        network, connections, memory -> prometheus

All of this is values and `now`; the thin shell that listens to a call and writes to the room is in
`live`. `speech_boundary` finds the origin of a Turn, the caller's last sound, in the audio itself.
"""

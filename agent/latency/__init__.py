"""The timing of calls: from marks to the waterfall, budgets and metrics.

    marks -> timeline -> turn_report (the one schema) -> waterfall, summary, journal, budgets,
                                                         turn_metrics -> scrape -> Prometheus
    call_metrics (network, connections, memory)          -> scrape -> Prometheus

All of this is values and `now`; the thin shell that listens to a call and writes to the room is in
`live`. `speech_boundary` finds the origin of a Turn, the caller's last sound, in the audio itself.
"""

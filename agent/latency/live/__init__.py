"""The thin shell that listens to a call: LiveKit's events and nodes in, reports of Turns out.

    hearing, reply   what is known of the caller's side and of each reply, as Marks   (pure)
    tap, detector    instants that LiveKit has no event for
    arrival          how a call begins
    collector        finds out what belongs to which reply
    reporter         makes reports of them                                            (pure)
    publisher        log, page, journal, metrics and traces, behind the first sound
    network          WebRTC's statistics of the room                                  (pure)
    sampler          how the call is, every few seconds: network, connections, memory
    switches         optimisations that the page may switch in mid-call
    tracing          OpenTelemetry

All instants are of the event loop's clock; LiveKit's wall-clock times are converted on arrival.
"""

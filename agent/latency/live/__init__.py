"""The thin shell that listens to a call: LiveKit's events and nodes in, reports of Turns out.

    hearing, reply   what is known of the caller's side and of each reply, as Marks   (pure)
    timed_audio_output   instants that LiveKit has no event for
    call_setup       how a call begins
    collector        matches events to replies
    reporter         turns replies into reports                                       (pure)
    publisher        log, page, journal, metrics and traces, behind the first sound
    network          WebRTC's statistics of the room                                  (pure)
    sampler          a call's network, connections and memory, every few seconds
    usage            what a call used of its providers                                (pure)
    tracing          OpenTelemetry

All instants are of the event loop's clock; LiveKit's wall-clock times are converted on arrival.
"""

"""The thin shell that listens to a call: LiveKit's events and nodes in, reports of Turns out.

    user_speech         the Marks of the caller's speech                              (pure)
    timed_reply         the Marks of each reply                                       (pure)
    timed_audio_output  instants that LiveKit has no event for
    call_setup          the Marks of a call's begin
    collector           matches events to replies
    reporter            turns replies into reports                                    (pure)
    publisher           log, page, journal, metrics and traces, after the first sound
    network             WebRTC's statistics of the room                               (pure)
    sampler             a call's network, connections and memory, every few seconds
    usage               the billed usage of each provider                             (pure)
    tracing             OpenTelemetry

All instants are of the event loop's clock; LiveKit's wall-clock times are converted on arrival.
"""

"""Do the agent's own figures agree with what a caller hears?

paired_reports   real calls in a real room: each report, and the caller's recording of its turn
speech_end       the origin of a Turn, without a room: speech over noise, codecs and gain control
"""

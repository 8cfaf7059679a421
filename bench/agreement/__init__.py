"""Do the agent's own figures agree with what a caller hears?

calls        real calls in a real room, the report beside the recording of the caller's side
speech_end   only the origin of a Turn, without a room: speech over noise, codecs and gain control
"""

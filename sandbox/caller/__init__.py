"""A scripted caller: speaks in a real room, records the agent, measures and checks the call.

script        what to say, from a TOML file
client        the caller in the room; `microphone` is its audio source, `transcript` what was said
turn_taking   when the agent has finished
conversation  speaks the script, turn by turn
recorder      both sides on one clock -> stereo WAV
timing        loudness -> spans of sound -> delays
turns         recording and transcript -> the turns of the call
probes        what the stand-ins logged; `recognition` recognises the agent's words in its sound
checks        whether the call was good, and if not, why
report        the table
call, demo    one call; one call checked and printed
audio_path    noise, noise suppression, Opus and gain control between a caller and an agent
"""

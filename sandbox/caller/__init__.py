"""A caller that follows a script: speaks in a real room, listens, records and times the agent.

script       what to say, from a TOML file
client       joins the room; `microphone` and `floor` are its mouth and ear
conversation takes turns
recorder     both sides on one clock -> stereo WAV
timing       loudness -> spans of sound -> delays
turns        recording and transcript -> the turns of the call
evidence     what the stand-ins logged; `ear` hears the agent's words in its sound
checks       was it a good call, and if not, why
report       the table
call, demo   one call; one call judged and printed
"""

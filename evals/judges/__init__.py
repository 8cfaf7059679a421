"""Whether a call was good. A judge takes a transcript, and gives what it found wrong.

end_state  the database after the call, and the tools that ran
rules      what was said: sources, one thing at a time, language, read-back, repeats, silence
model      with a key: LiveKit's `evals`, judged by an LLM
verdict    all of them
"""

"""The same callers by sound: real rooms, real time, voices and noise, in the sandbox's stack.

conversation  takes turns with the agent, and hears what it says
worker        the worker as in production, with the file's clock, and a record of its tools
record        that record: which tools ran between two instants
calls         brings everything up, and has the callers call, one after the other
"""

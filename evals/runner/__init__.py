"""Holds the calls.

text   one call by text, in LiveKit's own session
calls  all callers, several at once, each with a database of its own
llm    the model that plays the assistant: the sandbox's, or a real one
"""

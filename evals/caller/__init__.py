"""A simulated caller: the agent's words in, hers or a hang-up out.

engine  by rules, the same for the same seed
model   played by an LLM, with a key
"""

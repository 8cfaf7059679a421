"""What words say, in English, Hindi and Tamil: what is asked, clock times, dates, prices, language.

Pure, and without a model: callers understand an agent by it, and judges hold the agent to it.
"""

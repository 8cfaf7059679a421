"""Conversations with assistants, and simulated callers whose calls are judged. Development only.

conversation  one conversation, in a test of an assistant
callers       who calls, as data
caller        what a caller says next
speech        what words say: asks, times, dates, prices, language
runner        holds the calls by text; `sound`: in real rooms
records       the assistant's database, before and after
transcript    a call as it was held
judges        what is wrong with it
results, scorecard  a run, for its readers
bugs          planted bugs, each of which must be found
command       the command line
"""

"""Benchmarks, one folder each, against simulated providers: `python -m bench NAME`.

tts                 our TTS plugin beside its peers, its switches, and barge-ins
phrases             replies that come from the phrase cache
rooms               turns in real rooms, beside LiveKit's starter
greetings           a caller connects -> the first sound, beside a job that plays a tone
false_endpoints     callers who pause and are cut off
budget              the limits of each stage of a call, and whether a slow stage is named
agreement           the agent's reports beside the caller's recording
timing              what timing a call costs, /metrics beside journals, screenshots
micro               single parts: decoding, segmenting

hearing             shared: what a caller hears of a reply's audio
real_calls          shared: a stack with stand-ins, calls to it, and their journals
report, cli         shared: tables and percentiles; commands and exit codes
livekit_internals   shared: every private name of LiveKit
"""

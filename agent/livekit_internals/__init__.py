"""Wraps every private name of LiveKit and prometheus_client that the agent uses, and every method
of theirs that it replaces. Each has a name here, and the reason why no public API serves.

Nothing else in `agent` or `prewarm` uses them (`tests/test_architecture.py`), and each has a
contract test that fails by name when a new version changes it
(`tests/agent/test_livekit_internals.py`). `make upgrade-check` runs these tests against the newest
release. Written for LiveKit Agents 1.8.9, livekit-rtc 1.1 and prometheus_client 0.26.
"""

"""Phrases that are already audio: keys, policy, and the tiers that keep them."""

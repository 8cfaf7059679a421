"""The price of quick answers: how often callers who only pause are cut off."""

"""Data that callers dictate, in Indian forms: numbers, names, dates, times, yes and no."""

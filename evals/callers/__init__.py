"""Simulated callers as data: `assistants/<name>/callers.toml`, and manners, `personas.toml`.

schema, load  a file of callers, and its errors by line
personas      how callers speak
"""

"""Planted bugs: does the evaluation find what it is for? `assistants/<name>/bugs.toml`.

patches  the file of bugs, and each of them applied to a copy of the assistant's folder
hunt     calls each of the copies
"""

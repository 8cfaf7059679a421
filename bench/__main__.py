"""`python -m bench`."""

from .cli import app

app()

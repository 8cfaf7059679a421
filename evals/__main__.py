"""`python -m evals`."""

from .command import app

if __name__ == "__main__":
    app()

"""`python agent.py dev | start | console`: the worker by LiveKit's command line.

`python agent.py phrases`: the phrases that are audio already.
"""

from __future__ import annotations

import sys

# Job processes import this file too, and have nothing to do here.
if __name__ == "__main__":
    try:
        from agent.cli.command import main
    except KeyboardInterrupt:
        sys.exit(130)

    sys.exit(main(sys.argv[1:]))

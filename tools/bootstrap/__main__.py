"""Run the bootstrap, under the first Python on the machine that is new enough."""

# Nothing but old syntax up to the check: an older Python must get as far as the message.
import os
import shutil
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file alone also runs under older ones
    for _name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if shutil.which(_name):
            os.execvp(_name, [_name, "-m", "tools.bootstrap", *sys.argv[1:]])
    sys.exit(
        f"Python 3.11 or newer is needed, this is {sys.version_info[0]}.{sys.version_info[1]}: "
        "install one and run `make PYTHON=/path/to/python3.11 ...`"
    )

from .cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

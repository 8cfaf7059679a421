"""Run the bootstrap, under the first Python on the machine that is supported."""

# Only old syntax up to the check: another Python must reach the message.
import os
import shutil
import subprocess
import sys

if not (3, 11) <= sys.version_info < (3, 15):  # only this file also runs under others
    # 3.14 last: under it one package of the sandbox has to be compiled, which needs a C compiler.
    for _name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        # A version manager may put a name on PATH that runs nothing.
        if (
            shutil.which(_name)
            and subprocess.call([_name, "-c", ""], stderr=subprocess.DEVNULL) == 0
        ):
            os.execvp(_name, [_name, "-m", "tools.bootstrap", *sys.argv[1:]])
    sys.exit(
        f"Python 3.11 to 3.14 is needed, this is {sys.version_info[0]}.{sys.version_info[1]}: "
        "install one and run `make PYTHON=/path/to/python3.13 ...`"
    )

from .cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

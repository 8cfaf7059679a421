"""Install pipecat, the optional peer, in an environment of its own under `.cache`."""

from __future__ import annotations

import shutil

from tools.bootstrap.place import BootstrapError
from tools.bootstrap.progress import Progress
from tools.bootstrap.python_env import make_venv, pip

from .peers import PIPECAT_VENV, ROOT

# The release that was compared. Its libraries clash with those of LiveKit, and 0.5 GB of them is
# no part of the project, so it is in no lock.
REQUIREMENT = "pipecat-ai==1.14.0"


def install() -> None:
    """Make the environment, in place of what is there.

    Raises:
        BootstrapError: It could not be installed; the message says why, and nothing is left.
    """
    progress = Progress(ROOT / ".cache" / "logs")
    make_venv(PIPECAT_VENV, progress, title="virtual environment for pipecat", log="pipecat-venv")
    try:
        with progress.step(f"{REQUIREMENT} (0.5 GB)"):
            pip(PIPECAT_VENV, progress, REQUIREMENT, log="pipecat-pip")
    except (BootstrapError, KeyboardInterrupt):
        # Half an environment would be taken for a peer.
        shutil.rmtree(PIPECAT_VENV)
        raise

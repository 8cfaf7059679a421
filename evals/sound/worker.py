"""The worker as in production, for which it is always the callers' `now`, and which writes down the
history of each call: `python -m evals.sound.worker start`.

Each change wraps a public method by its name, so that production code knows nothing of it.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from livekit.agents import Agent, AgentSession

from agent.assistant import CallInfo
from agent.assistant.load import LoadedAssistant

NOW: Final = "EVALS_NOW"
"""The variable with the time of every call, in ISO form."""
RECORDS: Final = "EVALS_RECORDS"
"""The variable with the folder of the records; a call's is `<room>.json`."""


def stop_the_clock(now: datetime) -> None:
    """Have every call made at `now`."""
    original = LoadedAssistant.answer

    @functools.wraps(original)
    def answer(self: LoadedAssistant, call: CallInfo) -> Agent:
        call.now = lambda: now
        return original(self, call)

    LoadedAssistant.answer = answer  # type: ignore[assignment, method-assign]


def write_records(folder: Path) -> None:
    """Write down each call when it is over."""
    original = AgentSession.start

    @functools.wraps(original)
    async def start(self: Any, agent: Agent, **options: Any) -> Any:
        prompt = str(agent.instructions)

        def write(_: object) -> None:
            call = getattr(agent, "call", None)
            history = self.history.to_dict(exclude_timestamp=False)
            data = {"instructions": prompt, "history": history}
            text = json.dumps(data, ensure_ascii=False, default=str)
            path = folder / f"{getattr(call, 'id', 'call')}.json"
            # Whole at once: the reader waits for the file.
            path.with_suffix(".new").write_text(text, encoding="utf-8")
            path.with_suffix(".new").rename(path)

        self.on("close", write)
        return await original(self, agent, **options)

    AgentSession.start = start  # type: ignore[method-assign]


# The processes of calls import this module again, under another name.
if __name__ in ("__main__", "__mp_main__"):
    stop_the_clock(datetime.fromisoformat(os.environ[NOW]))
    write_records(Path(os.environ[RECORDS]))

if __name__ == "__main__":
    from agent.cli.command import main

    sys.exit(main(sys.argv[1:]))

"""`python -m evals ASSISTANT`: simulated callers call it, and the calls are judged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from livekit.agents.llm import LLM
from rich.console import Console
from rich.progress import Progress

from agent.assistant.load import load_assistant
from agent.assistant.toml_file import AssistantError
from sandbox.stack import BringUpError
from sandbox.stack.report import ConsoleReport

from .bugs.hunt import Hunted, hunt
from .bugs.patches import BugError, read_bugs
from .callers.load import load
from .callers.schema import Caller, CallerFile
from .records.database import DatabaseError
from .results import Result, Run
from .runner import llm as models
from .runner.calls import Options, call_all
from .scorecard.document import document
from .scorecard.table import rules, summary, table
from .scorecard.text import transcript
from .sound.calls import call_all_by_sound

PASSED, FAILED, UNUSABLE = 0, 1, 2
"""Exit codes: all passed; a caller failed, or a bug was missed; nobody could call."""
RESULTS: Final = Path(".cache/evals")


class SoundError(ValueError):
    """Options that do not go together."""


_FIXABLE = (AssistantError, BringUpError, BugError, DatabaseError, SoundError, models.NoKey)

app = typer.Typer(add_completion=False)


@app.command()
def main(
    assistant: Annotated[str, typer.Argument(help="The name of its folder.")],
    caller: Annotated[
        list[str] | None, typer.Option(help="Only callers whose id contains this.")
    ] = None,
    bugs: Annotated[
        bool, typer.Option("--bugs", help="Plant the bugs of bugs.toml; each must be found.")
    ] = False,
    real: Annotated[
        bool, typer.Option("--real", help="OpenAI's model answers, and judges; needs a key.")
    ] = False,
    model_callers: Annotated[
        bool, typer.Option("--model-callers", help="The model plays the callers; with --real.")
    ] = False,
    sound: Annotated[
        bool, typer.Option("--sound", help="By sound, in real time; callers with `sound = true`.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of what callers draw.")] = 0,
    jobs: Annotated[int, typer.Option(help="Calls at once.", min=1, max=64)] = 4,
    transcripts: Annotated[
        bool, typer.Option("--transcripts", help="Also of the calls that passed.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="Where assistants are.")] = Path("assistants"),
    output: Annotated[
        Path | None, typer.Option(help="The JSON file; default: .cache/evals/ASSISTANT.json.")
    ] = None,
) -> None:
    """Have simulated callers call an assistant, and judge the calls."""
    console = Console(highlight=False)
    # What fails is in the scorecard.
    logging.getLogger("livekit").setLevel(logging.CRITICAL)
    try:
        if model_callers and not real:
            raise models.NoKey("--model-callers needs --real")
        if sound and (real or bugs):
            raise SoundError("--sound goes with neither --real nor --bugs")
        file = load(folder / assistant)
        callers = chosen(file, caller or (), sound=sound)
        options = Options(
            seed=seed,
            jobs=jobs,
            model="OpenAI" if real else Options().model,
            plays_callers=model_callers,
            judges=real,
        )
        hunted: list[Hunted] = []
        if sound:
            run = asyncio.run(_by_sound(folder / assistant, file, callers, options, console))
        else:
            work = _evaluate(folder / assistant, file, callers, options, console, bugs=bugs)
            run, hunted = asyncio.run(work)
    except* _FIXABLE as errors:
        for error in errors.exceptions:
            console.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(UNUSABLE) from None
    for result in run.results if transcripts else run.failed:
        console.print(transcript(result), markup=False, soft_wrap=True)
    console.print(table(run))
    console.print(rules(run))
    for one in hunted:
        console.print(_found(one), markup=False, soft_wrap=True)
    console.print(summary(run))
    path = output or RESULTS / f"{assistant}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document(run), encoding="utf-8")
    missed = [one for one in hunted if not one.by]
    raise typer.Exit(FAILED if run.failed or missed else PASSED)


def chosen(file: CallerFile, wanted: Sequence[str], *, sound: bool = False) -> list[Caller]:
    """The callers whose ids contain one of `wanted`. If none is named: all, or by sound those who
    are meant for it.

    Raises:
        AssistantError: There is no such caller.
    """
    for text in wanted:
        if not any(text in one.id for one in file.callers):
            ids = ", ".join(one.id for one in file.callers)
            raise AssistantError(f"no caller {text!r}; there are: {ids}")
    if wanted:
        return [one for one in file.callers if any(text in one.id for text in wanted)]
    callers = [one for one in file.callers if one.sound or not sound]
    if not callers:
        raise AssistantError("no caller has `sound = true`")
    return callers


async def _by_sound(
    folder: Path, file: CallerFile, callers: list[Caller], options: Options, console: Console
) -> Run:
    assistant = load_assistant(folder)
    return await call_all_by_sound(
        assistant,
        folder,
        file,
        callers,
        seed=options.seed,
        report=ConsoleReport(console),
        on_done=lambda result: console.print(f"  {result.caller} {_verdict(result)}"),
    )


def _verdict(result: Result) -> str:
    return "passed" if result.passed else "failed"


async def _evaluate(
    folder: Path,
    file: CallerFile,
    callers: list[Caller],
    options: Options,
    console: Console,
    *,
    bugs: bool,
) -> tuple[Run, list[Hunted]]:
    planted = read_bugs(folder) if bugs else ()
    assistant = load_assistant(folder)
    answering: AbstractAsyncContextManager[LLM[Any]] = (
        models.real() if options.judges else models.stand_in(file.now)
    )
    with Progress(console=console, transient=True) as progress:
        async with answering as llm:
            task = progress.add_task("calls", total=len(callers))
            run = await call_all(
                assistant, file, callers, llm, options, on_done=lambda _: progress.advance(task)
            )
            task = progress.add_task("bugs", total=len(planted), visible=bool(planted))
            hunted = await hunt(
                folder,
                load_assistant,
                file,
                planted,
                run,
                llm,
                options,
                on_done=lambda _: progress.advance(task),
            )
    return run, hunted


def _found(one: Hunted) -> str:
    if not one.by:
        return f"✗ missed by {one.calls} callers: {one.bug.id}: {one.bug.what}"
    callers = ", ".join(result.caller for result in one.by)
    return f"✓ found: {one.bug.id}, by {callers} ({', '.join(one.rules)})"

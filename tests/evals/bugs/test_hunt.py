"""Each bug is planted, and found or missed."""

from __future__ import annotations

from pathlib import Path

from evals.bugs.hunt import Hunted, hunt
from evals.bugs.patches import Bug
from evals.runner.calls import Options, call_all
from tests.evals.fake_desk import PROMPT, FakeDesk, FakeLLM, fake_file


def bug(name: str, find: str, replace: str, file: str = "bug.txt") -> Bug:
    return Bug(id=name, what=name, file=file, find=find, replace=replace)


BUGS = [
    bug("wrong-day", "none", "wrong day"),
    bug("harmless", "none", "nothing"),
    # The fake model does not read its prompt; the price then has no source.
    bug("price", "A table costs Rs. 500.", "", file="instructions"),
]


async def test_bugs_are_found_by_the_callers_who_passed(tmp_path: Path) -> None:
    """A bug that changes nothing is missed."""
    folder = tmp_path / "assistants" / "desk"
    folder.mkdir(parents=True)
    (folder / "bug.txt").write_text("none")
    file, llm = fake_file(), FakeLLM()
    clean = await call_all(FakeDesk(), file, file.callers, llm, Options())
    told: list[Hunted] = []

    def load(copy: Path) -> FakeDesk:
        return FakeDesk((copy / "bug.txt").read_text())

    found = await hunt(folder, load, file, BUGS, clean, llm, Options(), on_done=told.append)
    assert told == found
    assert [(bool(one.by), one.calls) for one in found] == [(True, 1), (False, 1), (False, 1)]
    assert found[0].rules == ("read-back", "records")
    assert "Rs. 500" in PROMPT


async def test_a_caller_who_fails_anyway_finds_nothing(tmp_path: Path) -> None:
    """Only who passes without the bug can say that it was the bug."""
    folder = tmp_path / "assistants" / "desk"
    folder.mkdir(parents=True)
    (folder / "bug.txt").write_text("none")
    file, llm = fake_file(), FakeLLM("markup")
    clean = await call_all(FakeDesk(), file, file.callers, llm, Options())
    assert clean.failed
    (one,) = await hunt(folder, lambda _: FakeDesk(), file, BUGS[:1], clean, llm, Options())
    assert one.by == ()


async def test_likely_finders_call_first(tmp_path: Path) -> None:
    """The hunt ends with the first batch in which somebody finds the bug."""
    folder = tmp_path / "assistants" / "desk"
    folder.mkdir(parents=True)
    (folder / "bug.txt").write_text("none")
    file, llm, options = fake_file(), FakeLLM(), Options(jobs=1)
    ids = ("one", "two", "three")
    callers = [file.callers[0].model_copy(update={"id": name}) for name in ids]
    clean = await call_all(FakeDesk(), file, callers, llm, options)
    sought = BUGS[0].model_copy(update={"first": ("thr",)})

    def load(copy: Path) -> FakeDesk:
        return FakeDesk((copy / "bug.txt").read_text())

    (one,) = await hunt(folder, load, file, [sought], clean, llm, options)
    assert ([result.caller for result in one.by], one.calls) == (["three"], 1)

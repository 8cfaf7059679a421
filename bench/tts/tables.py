"""Results as tables, for the terminal and as Markdown. Pure, but for printing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.report import Sheet, milliseconds, percentile

from .limits import check, making, speed
from .peers import ONE_BY_ONE, OURS
from .results import HeardReply, Result
from .runner import Results
from .scenarios import BROKEN, EIGHT_AT_ONCE, FIRST_WORD, SIX_SENTENCES, Scenario

Cell = Callable[[Result], str]


def _milliseconds(share: float) -> Cell:
    def cell(result: Result) -> str:
        return milliseconds(percentile(result.first_audible, share))

    return cell


def _words(result: Result) -> str:
    counts = [
        sum(len(part(reply)) for reply in result.replies) for part in (_lost, _extra, _clipped)
    ]
    return ", ".join(map(str, counts))


def _lost(reply: HeardReply) -> Sequence[str]:
    return reply.word_diff.lost


def _extra(reply: HeardReply) -> Sequence[str]:
    return reply.word_diff.extra


def _clipped(reply: HeardReply) -> Sequence[str]:
    return reply.word_diff.clipped


HEARD: dict[str, Cell] = {
    "p50 ms": _milliseconds(0.5),
    "p95 ms": _milliseconds(0.95),
    "with hole": lambda result: str(sum(bool(reply.holes) for reply in result.replies)),
    "longest hole ms": lambda result: f"{result.longest_hole * 1000:.0f}",
    "longest late ms": lambda result: f"{result.latest * 1000:.0f}",
    "whole": lambda result: f"{result.whole}/{len(result.replies)}",
    "words lost, extra, clipped": _words,
    "given up": lambda result: str(result.failed),
    "end late ms": lambda result: f"{max(reply.ends_late for reply in result.replies) * 1000:.0f}",
    "requests": lambda result: str(result.requests),
    "configs, connects": lambda result: f"{result.configs}, {result.connects}",
}
PEAK: dict[str, Cell] = {"most open": lambda result: str(result.peak)}

LEGEND = (
    "p50, p95: LLM's first token to first audible sample. With hole: replies with a silence of "
    "20 ms or more between two sounds, whatever the reason; late: the part of it for which audio "
    "came too late (the rest is in the audio, as MP3's padding where two texts join: the stand-in "
    "begins each text with a new encoder). Whole: each word heard once, whole and in order, judged "
    "from the sound. Given up: ended by an error, or by a caller who had heard nothing for 8 s. "
    "End late: the longest time until the peer said that a reply which had played was over."
)


def sheets(results: Results, *, with_verdict: bool = True) -> list[Sheet]:
    """Everything that was measured."""
    wanted = (
        ("First token to first audible sample", FIRST_WORD, HEARD),
        ("When the provider fails in the middle", BROKEN, HEARD),
        ("Eight replies at once", (EIGHT_AT_ONCE,), HEARD | PEAK),
    )
    made = [
        _heard_sheet(title, scenarios, cells, results, with_verdict=with_verdict)
        for title, scenarios, cells in wanted
    ]
    made.insert(2, _made_sheet(results, with_verdict=with_verdict))
    return [sheet for sheet in made if sheet.rows]


def breaches(results: Results) -> list[str]:
    """Each limit that our plugin does not keep."""
    return [
        f"{title}: {verdict}"
        for (title, name), result in results.items()
        if name == OURS and (verdict := _verdict(title, result, results)) != "ok"
    ]


def _heard_sheet(
    title: str,
    scenarios: Sequence[Scenario],
    cells: dict[str, Cell],
    results: Results,
    *,
    with_verdict: bool,
) -> Sheet:
    rows = []
    for scenario in scenarios:
        for (situation, name), result in results.items():
            if situation == scenario.title:
                row = (situation, name, *(cell(result) for cell in cells.values()))
                rows.append(_with_verdict(row, result, results) if with_verdict else row)
    columns = ("situation", "who", *cells, *(("verdict",) if with_verdict else ()))
    return Sheet(title, columns, rows)


def _made_sheet(results: Results, *, with_verdict: bool) -> Sheet:
    title = SIX_SENTENCES.title
    # Among the switches it goes by its own name.
    serial = results.get((title, ONE_BY_ONE.name)) or results.get((title, ONE_BY_ONE.voice))
    rows = []
    for (situation, name), result in results.items():
        if situation == title:
            row = (
                situation,
                name,
                f"{making(result):.2f}",
                f"{percentile([reply.sounds for reply in result.replies], 0.5):.1f}",
                "-" if serial is None else f"{speed(result, serial):.1f}x",
                f"{result.whole}/{len(result.replies)}",
                str(result.requests),
            )
            rows.append(_with_verdict(row, result, results) if with_verdict else row)
    columns = ("situation", "who", "made in s", "speech s", "speed", "whole", "requests")
    return Sheet(
        "Making a reply of six sentences, its text given at once",
        (*columns, *(("verdict",) if with_verdict else ())),
        rows,
    )


def _with_verdict(row: tuple[str, ...], result: Result, results: Results) -> tuple[str, ...]:
    situation, name, *_ = row
    return (*row, _verdict(situation, result, results) if name == OURS else "")


def _verdict(title: str, result: Result, results: Results) -> str:
    scenario = _BY_TITLE[title]
    baseline = results.get((scenario.baseline, OURS)) or results.get((title, scenario.baseline))
    return check(scenario.limits, result, baseline)


_BY_TITLE = {s.title: s for s in (*FIRST_WORD, *BROKEN, SIX_SENTENCES, EIGHT_AT_ONCE)}

"""Results as tables, and which limits they break. Pure."""

from __future__ import annotations

from collections.abc import Callable

from bench.report import Sheet, milliseconds, percentile

from .limits import check, making, speed
from .peers import ONE_BY_ONE, OURS
from .results import Result
from .runner import Results
from .scenarios import BROKEN, EIGHT_AT_ONCE, FIRST_WORD, SCENARIOS, SIX_SENTENCES

Cell = Callable[[Result], str]


def _words(result: Result) -> str:
    diffs = [reply.word_diff for reply in result.replies]
    kinds = ([diff.lost for diff in diffs], [diff.extra for diff in diffs])
    counts = [sum(map(len, kind)) for kind in (*kinds, [diff.clipped for diff in diffs])]
    return ", ".join(map(str, counts))


HEARD: dict[str, Cell] = {
    "p50 ms": lambda result: milliseconds(percentile(result.first_audible, 0.5)),
    "p95 ms": lambda result: milliseconds(percentile(result.first_audible, 0.95)),
    "with hole": lambda result: str(sum(bool(reply.holes) for reply in result.replies)),
    "longest hole ms": lambda result: milliseconds(result.longest_hole),
    "longest late ms": lambda result: milliseconds(result.latest),
    "whole": lambda result: f"{result.whole}/{len(result.replies)}",
    "words lost, extra, clipped": _words,
    "given up": lambda result: str(result.failed),
    "end late ms": lambda result: milliseconds(max(reply.ends_late for reply in result.replies)),
    "requests": lambda result: str(result.requests),
    "configs, connects": lambda result: f"{result.configs}, {result.connects}",
}
PEAK: dict[str, Cell] = {"most open": lambda result: str(result.peak)}

LEGEND = (
    "p50, p95: LLM's first token to first audible sample. With hole: replies with a silence of "
    "20 ms or more between two sounds, for any reason; late: the part of it for which audio "
    "arrived too late (the rest is in the audio, such as MP3's padding where two texts join: the "
    "stand-in begins each text with a new encoder). Whole: each word heard once, complete and in "
    "order, judged from the sound. Given up: ended by an error, or by a caller who had heard "
    "nothing for 8 s. End late: the longest time from the end of a reply's sound until the peer "
    "reported the reply as over."
)


def sheets(results: Results, *, with_verdict: bool = True) -> list[Sheet]:
    """Everything that was measured."""
    six = SIX_SENTENCES.title
    # Among the switches, synthesis one by one goes by the name of its switch.
    serial = results.get((six, ONE_BY_ONE.name)) or results.get((six, ONE_BY_ONE.variant))
    made: dict[str, Cell] = {
        "made in s": lambda result: f"{making(result):.2f}",
        "speech s": lambda result: f"{percentile((r.sounds for r in result.replies), 0.5):.1f}",
        "speed": lambda result: "-" if serial is None else f"{speed(result, serial):.1f}x",
        **{name: HEARD[name] for name in ("whole", "requests")},
    }
    wanted = (
        ("First token to first audible sample", FIRST_WORD, HEARD),
        ("When the provider fails in mid-reply", BROKEN, HEARD),
        ("Making a reply of six sentences, its text given at once", (SIX_SENTENCES,), made),
        ("Eight replies at once", (EIGHT_AT_ONCE,), HEARD | PEAK),
    )
    found = []
    for title, scenarios, cells in wanted:
        rows = [
            (situation, name, *(cell(result) for cell in cells.values()))
            + ((_verdict(situation, name, results),) if with_verdict else ())
            for scenario in scenarios
            for (situation, name), result in results.items()
            if situation == scenario.title
        ]
        columns = ("situation", "who", *cells, *(("verdict",) if with_verdict else ()))
        found.append(Sheet(title, columns, rows, names=2))
    return [sheet for sheet in found if sheet.rows]


def breaches(results: Results) -> list[str]:
    """Each limit that our plugin does not keep."""
    verdicts = {key: _verdict(*key, results) for key in results}
    return [f"{title}: {v}" for (title, _), v in verdicts.items() if v not in ("", "ok")]


def _verdict(title: str, name: str, results: Results) -> str:
    """What is wrong with our plugin's result; peers have no limits."""
    if name != OURS:
        return ""
    scenario = SCENARIOS[title]
    baseline = results.get((scenario.baseline, OURS)) or results.get((title, scenario.baseline))
    return check(scenario.limits, results[title, name], baseline)

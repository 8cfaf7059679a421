"""Which tools a reply calls, and with what arguments. Pure.

A tool's topic follows from the words of its name, else of its description. The reply calls the
tools of its topics; the receptionist first asks for everything that an appointment's tool needs
from the caller. A tool outside a clinic's topics is called if the caller says a word of its name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal

from ..receptionist import Answer
from ..receptionist.words import folded
from ..schema import Function
from .arguments import Facts, fill, kinds, missing
from .latin import latin
from .vocabulary import vocabulary, words_of

Choice = Literal["auto", "required", "none"]
RequestedCall = tuple[str, str]
"""Name and arguments (JSON) of a call."""
_NAME_WEIGHT = 2.0  # a function's name says more than its description
_RELATED: Mapping[str, tuple[str, ...]] = {
    "emergency": ("injury",),
    "injury": ("emergency",),
    "book": ("slots",),
}
_WHEN = frozenset({"moment", "day", "time"})
_SHORTEST_SHARED = 4  # letters of a word that a tool's name and the caller share


def choose_calls(
    answer: Answer,
    functions: Sequence[Function],
    now: datetime,
    *,
    choice: Choice = "auto",
    parallel: bool = True,
) -> list[RequestedCall]:
    """The calls that replace a reply's text; empty if the text is spoken.

    `required` makes at least one call. A tool's result is spoken, not passed to another tool.
    """
    if choice == "none" or not functions:
        return []
    facts = Facts.of(answer, now)
    fitting = _fitting(answer.topics, functions, facts) if answer.heard else []
    if not fitting and choice == "required":
        fitting = [_nearest(answer, functions, facts)]
    return [call(function, facts) for function in (fitting if parallel else fitting[:1])]


def call(function: Function, facts: Facts) -> RequestedCall:
    """A call of `function`. Its texts are in Latin letters: tools keep them for people who may
    read no other script."""
    filled = fill(function.parameters or {}, facts)
    arguments = {
        key: latin(value) if isinstance(value, str) else value for key, value in filled.items()
    }
    return function.name, json.dumps(arguments, ensure_ascii=False)


def topic_of(function: Function) -> tuple[str | None, float]:
    """The topic that a function serves, and how clearly: by its name, else by its description."""
    topic, clearness = _topic(function.name, function.description or "")
    properties = (function.parameters or {}).get("properties")
    if topic == "book" and properties and _WHEN.isdisjoint(kinds(function.parameters or {})):
        # What is reserved without a time is no appointment.
        return None, 0.0
    return topic, clearness


@lru_cache(maxsize=512)
def _topic(name: str, description: str) -> tuple[str | None, float]:
    topics = vocabulary().topics
    named = topics.scores(words_of(name))
    scores = named or topics.scores(folded(description))
    if not scores:
        return None, 0.0
    # The first of equals in the file: "cancel_appointment" cancels and does not book.
    topic = max(scores, key=lambda topic: scores[topic])
    return topic, scores[topic] * (_NAME_WEIGHT if named else 1.0)


def calls_for(
    topics: Sequence[str], facts: Facts, functions: Sequence[Function]
) -> list[RequestedCall]:
    """The calls of the tools that serve `topics` and can be filled."""
    return [call(function, facts) for function in _fitting(topics, functions, facts)]


def _fitting(topics: Sequence[str], functions: Sequence[Function], facts: Facts) -> list[Function]:
    fitting = [
        function
        for topic in topics
        if (function := _related(topic, functions)) is not None
        and not missing(function.parameters or {}, facts)
    ]
    if fitting:
        return list({function.name: function for function in fitting}.values())
    # A word of a clinic's topics may be the name of another's tool, such as "reserve".
    others = [f for f in functions if topic_of(f)[0] is None] if topics else functions
    return [function for function in others if _named_by(facts.utterance, function)][:1]


def serving(topic: str, functions: Sequence[Function]) -> Function | None:
    """The function that serves the topic most clearly; None if none does."""
    clear = {function.name: topic_of(function) for function in functions}
    fitting = [function for function in functions if clear[function.name][0] == topic]
    return max(fitting, key=lambda function: clear[function.name][1], default=None)


def _related(topic: str, functions: Sequence[Function]) -> Function | None:
    """The function that serves the topic, else one that serves a related topic."""
    found = (serving(wanted, functions) for wanted in (topic, *_RELATED.get(topic, ())))
    return next((function for function in found if function is not None), None)


def _named_by(utterance: str, function: Function) -> bool:
    about = {
        word
        for word in words_of(function.name)
        if len(word) >= _SHORTEST_SHARED and word not in vocabulary().empty
    }
    return not about.isdisjoint(folded(utterance))


def _nearest(answer: Answer, functions: Sequence[Function], facts: Facts) -> Function:
    """The tool to call if one is required and none fits: that of the topic or task, else one that
    needs nothing from the caller."""
    for topic in (*answer.topics, answer.state.task):
        found = _related(topic, functions) if topic else None
        if found is not None:
            return found
    callable_now = (tool for tool in functions if not missing(tool.parameters or {}, facts))
    return next(callable_now, functions[0])

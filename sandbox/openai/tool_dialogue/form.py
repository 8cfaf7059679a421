"""One form of a call: a task whose tools record, confirm, reject and decline one answer. Pure.

Such a task is known by the names of its tools (`record_answer`, `confirm_answer`, ...). Its prompt
says what is asked for. The caller's words are passed on; only a name is written in Latin letters.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..receptionist.state import Act
from ..schema import Function
from ..tools.choice import RequestedCall, call
from ..tools.latin import latin
from ..tools.vocabulary import words_of
from .conversation import Event, Heard, Ran, Said
from .digits import digits_in
from .names import answered_name
from .state import Context, Decision, State, facts_of
from .taking import gives_it_up, take

_VERBS = ("record", "confirm", "reject", "decline")
_FEWEST_VERBS = 3


def form_tools(functions: Sequence[Function]) -> dict[str, Function]:
    """The tools of a form by their verbs; empty if they are not those of one."""
    found: dict[str, dict[str, Function]] = {}
    for function in functions:
        verb, *what = words_of(function.name)
        if verb in _VERBS and what:
            found.setdefault(" ".join(what), {})[verb] = function
    return next((tools for tools in found.values() if len(tools) >= _FEWEST_VERBS), {})


def fill_form(events: Sequence[Event], context: Context) -> Decision:
    """The next call or words of a form."""
    tools = form_tools(context.functions)
    heard: list[str] = []
    said, recorded, language = "", False, State()
    for event in events:
        if isinstance(event, Heard):
            heard.append(event.text)
            language = take(State(language=language.language), event.text, context.now)
        else:
            heard.clear()
            recorded = recorded or (isinstance(event, Ran) and event.name == tools["record"].name)
            said = event.text if isinstance(event, Said) else said
    state = State(language=language.language, said=said, turn=len(events))
    if not heard:
        return Decision(state, (Act("ack"),) if recorded else (Act("go_on"),))
    state = take(state, " ".join(heard), context.now)
    verb = _verb(state, offered=recorded and said.rstrip().endswith("?"))
    text = state.heard.text if state.heard else ""
    words = _answer(text, context) if verb is None else None
    if words is not None:
        verb = "record"
    if verb is None or verb not in tools:
        return Decision(state, (Act("unknown.pending"), said) if said else (Act("go_on"),))
    return Decision(state, calls=(_call(tools[verb], words, state, context),))


def _verb(state: State, *, offered: bool) -> str | None:
    """What the words do to the form, unless they are an answer."""
    if state.heard and gives_it_up(state.heard):
        return "decline"
    if not offered or digits_in(state.heard.text if state.heard else ""):
        return None
    return {"yes": "confirm", "no": "reject"}.get(state.answer or "")


def _answer(text: str, context: Context) -> str | None:
    """The words for the form: a name in Latin letters, else the caller's, if they hold one."""
    if "caller's name" in context.prompt.text:
        name = take(State(asked="name"), text, context.now).name or answered_name(text)
        return latin(name) if name else None
    taken = take(State(asked="time"), text, context.now)
    # One digit may be a word of another language: "do" is 2 in Hindi.
    holds = len(digits_in(text)) > 1 or taken.day or taken.clock or taken.part
    return text if holds else None


def _call(function: Function, words: str | None, state: State, context: Context) -> RequestedCall:
    """A call with the words as its only argument."""
    name, arguments = call(function, facts_of(state, context.now))
    if words is None:
        return name, arguments
    properties = (function.parameters or {}).get("properties", {})
    return name, json.dumps(dict.fromkeys(list(properties)[:1], words), ensure_ascii=False)

"""A conversation with tools in, the next words or calls out.

Pure: the state follows from the messages, which are replayed for each reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ..receptionist.language import language_of
from ..receptionist.state import Act
from ..receptionist.understanding import URGENT, Understanding
from ..receptionist.words import folded
from ..schema import ChatMessage, Function
from . import delivery
from .asides import aside, unknown_doctor
from .asking import known_doctors
from .conversation import Event, Heard, Ran, Said, events_of, prompt_of
from .form import fill_form, form_tools
from .prompt import read_prompt
from .report import fold_in, report
from .state import Context, Decision, State
from .steps import again, ended, proceed
from .taking import gives_it_up, is_question, take
from .wording import asked_in, is_worded, word

REPETITIONS = ("repeat", "slower")
TASKS = ("cancel", "move", "book")
_CLEAR_NO = 3.0
"""Points from which a "no" ends a task: "not you" is said to somebody else."""
_CLEAR = 5.0
"""Points from which a task is meant, whatever else is: "I want my appointment cancelled"."""


def respond(
    messages: Sequence[ChatMessage], functions: Sequence[Function], now: datetime
) -> tuple[str, Decision]:
    """The words of the next reply, empty if it calls tools; and the decision."""
    context = Context(functions, read_prompt(prompt_of(messages)), now)
    events = events_of(messages)
    decision = fill_form(events, context) if form_tools(functions) else _replayed(events, context)
    return ("" if decision.calls else word(decision, context.prompt)), decision


def _replayed(events: Sequence[Event], context: Context) -> Decision:
    replay = _Replay(context)
    for event in events:
        replay.add(event)
    return replay.decide()


class _Replay:
    """Walks through a conversation once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        # A call about a delivery begins with the question who is there.
        self._state = State(asked="name" if delivery.is_delivery(context) else None)
        # The caller's words since the last event of another kind.
        self._pending: list[str] = []

    def add(self, event: Event) -> None:
        if isinstance(event, Heard):
            self._pending.append(event.text)
            return
        decision = self.decide()
        if isinstance(event, Said):
            self._say(event, decision)
        else:
            self._run(event, decision)

    def decide(self) -> Decision:
        """The reply to all events so far."""
        self._take()
        return decide(self._state, self._context)

    def _take(self) -> None:
        if self._pending:
            text = " ".join(self._pending)
            self._pending.clear()
            self._state = take(self._state, text, self._context.now)
            if delivery.is_delivery(self._context):
                self._state = delivery.after_turn(self._state)

    def _say(self, event: Said, decision: Decision) -> None:
        state = self._state
        turn = state.turn + 1
        if decision.calls:
            # Words while a tool runs ("one moment"): the caller's turn is still open.
            self._state = replace(state, said=event.text, turn=turn)
            return
        asked = asked_in(event.text)
        foreign = asked is not None and not is_worded(event.text, decision, self._context.prompt)
        if foreign:
            # Somebody else asked this: another agent of the call, or a task.
            state = replace(state, asked=asked)
        elif state.heard or state.news or state.task:
            state = decision.state
        elif not state.turn:
            language = language_of(event.text, folded(event.text)) or state.language
            state = replace(state, language=language)
        if state.task is None and state.heard and "hours" in state.heard.topics:
            state = replace(state, day=None, clock=None, part=None)
        heard_topics = state.heard.topics if state.heard else state.before
        repeated = self._state.heard is not None and self._state.heard.topic in REPETITIONS
        self._state = replace(
            state, before=heard_topics, heard=None, answer=None,
            news=(), owed=(), failed="", said=event.text, turn=turn,
            statement=state.statement if repeated else event.text,
        )  # fmt: skip

    def _run(self, event: Ran, decision: Decision) -> None:
        if any(name == event.name for name, _ in decision.calls):
            self._state = decision.state
        fold = delivery.fold_in if delivery.is_delivery(self._context) else fold_in
        self._state = fold(self._state, event, self._context)


def decide(state: State, context: Context) -> Decision:
    """The next words or calls."""
    if delivery.is_delivery(context):
        return delivery.decide(state, context)
    if state.task is not None and context.tool(state.task) is None:
        # Another agent of the call has other tools.
        state = ended(state)
    if state.news:
        return report(state, context)
    if state.heard is not None and not state.handled:
        return _to_the_caller(state, state.heard, context)
    if state.task:
        return proceed(state, context)
    return Decision(state, (Act("nudge" if state.turn else "greeting"),))


def _to_the_caller(state: State, heard: Understanding, context: Context) -> Decision:
    """The reply to the caller's words."""
    if _is_urgent(state, heard):
        return aside(replace(state, task=None, asked=None), heard, context)
    wanted = _wanted(state, heard, context)
    stranger = unknown_doctor(heard, context)
    if stranger and context.prompt.asks("never_invent"):
        begun = replace(state, task=wanted or state.task)
        known = known_doctors(state, context)
        return Decision(begun, (Act("no_doctor"), *known, *again(begun, context)))
    if stranger:
        state = replace(state, doctor=f"Dr. {stranger}")
    if wanted is not None and wanted != state.task:
        return _begin(state, wanted, heard, context)
    if state.task is None and heard.topic is None and heard.day and "hours" in state.before:
        # "And on Sunday?"
        return aside(state, replace(heard, topics=("hours",)), context)
    if state.task is None:
        return aside(state, heard, context)
    return _within_a_task(state, heard, context)


def _is_urgent(state: State, heard: Understanding) -> bool:
    """Whether it is an injury or an emergency, and not a pain for which a doctor is wanted."""
    if state.manners.asked == "injury" and (heard.injury or heard.serious):
        return True
    scores = heard.scores or {}
    wishes = max((scores.get(task, 0) for task in TASKS), default=0)
    unclear = heard.topic == "injury" and heard.injury is None and not heard.serious
    return heard.topic in URGENT and not (unclear and wishes > scores["injury"])


def _wanted(state: State, heard: Understanding, context: Context) -> str | None:
    """The task that the caller's words begin, if a tool serves it."""
    offered = state.manners.asked == "book" and not state.task
    named_time = heard.topic is None and (heard.day or heard.clock)
    if offered and (state.answer == "yes" or named_time):
        return "book" if context.tool("book") else None
    scores = heard.scores or {}
    clear = (task for task in TASKS if scores.get(task, 0) >= _CLEAR)
    topic = next(clear, heard.topic if heard.topic in TASKS else None)
    if heard.topic == "doctors" and heard.doctor and (heard.day or heard.clock):
        topic = state.task or "book"
    if topic is None or context.tool(topic) is None:
        return None
    # In a booking "another time" refuses one, and "cancel it" ends it.
    about = topic == "cancel" and scores.get("book", 0) > 0
    return topic if about or (state.task != "book" and state.asked != "confirm") else None


def _begin(state: State, task: str, heard: Understanding, context: Context) -> Decision:
    if state.task is not None:
        state = take(ended(state), heard.text, context.now)
    calm = replace(state.manners, asked=None)
    step = proceed(replace(state, task=task, asked=None, manners=calm), context)
    return replace(step, lines=(Act(f"task.{task}"), *step.lines) if step.lines else ())


def _within_a_task(state: State, heard: Understanding, context: Context) -> Decision:
    if is_question(heard):
        return _beside(state, heard, context)
    scores = heard.scores or {}
    gives_up = gives_it_up(heard) or (heard.topic == "cancel" and state.task != "cancel")
    clear_no = scores.get("no", 0) >= _CLEAR_NO
    refuses = state.answer == "no" and clear_no and state.asked not in ("offer", "confirm", "which")
    no_to_cancel = state.answer == "no" and state.asked == "confirm" and state.task == "cancel"
    if gives_up or refuses or no_to_cancel:
        return Decision(replace(ended(state), asked="more"), (Act("dropped"),))
    unsure = heard.topic == "unsure" and state.asked in ("day", "time")
    dictated = state.asked == "reference"
    if dictated or state.answer in ("yes", "no", "given") or unsure or heard.topic == state.task:
        return _acknowledged(proceed(state, context), state)
    if heard.topic is None:
        return Decision(state, (Act("unknown.pending"), *again(state, context)))
    return _beside(state, heard, context)


def _acknowledged(step: Decision, state: State) -> Decision:
    short = step.lines and state.answer != "no" and not step.state.shown
    return replace(step, lines=(Act("ack"), *step.lines)) if short else step


def _beside(state: State, heard: Understanding, context: Context) -> Decision:
    """A question or a courtesy within a task, and the open question again."""
    step = aside(state, heard, context)
    if not step.lines:
        return step
    if heard.topic in REPETITIONS:
        return step
    # The task is the better offer.
    calm = replace(step.state, manners=replace(step.state.manners, asked=None))
    lines = [line for line in step.lines if line != Act("ask.book")]
    if state.answer != "given":
        return Decision(calm, (*lines, *again(state, context)))
    # The question came with a value: both are answered, if no tool has to run first.
    after = proceed(calm, context)
    return after if after.calls else replace(after, lines=(*lines, *after.lines))

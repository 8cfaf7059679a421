"""The tasks that assistants await: one for each form.

LiveKit's own (`livekit.agents.beta.workflows`, 1.8.9) leave the reading of digits to the model and
know American forms; these have the same shape.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

from livekit.agents.llm import ToolError

from ..assistant import CallInfo
from .dates import DateEntry, DateForm, say_date
from .dialogue import FormSpeech
from .digits import MOBILE_NUMBER, PIN_CODE, DigitEntry, DigitForm, otp, read_digits, spoken_groups
from .names import NameEntry, read_name, spell
from .phrases import form_phrases
from .task import FormTask
from .times import TimeEntry, TimeForm, say_time


class _DigitTask(FormTask[str]):
    """Asks for a number that is dictated."""

    def __init__(self, call: CallInfo, form: DigitForm, **options: Any) -> None:
        super().__init__(call, DigitEntry(form), **options)
        self._form = form

    def speech(self) -> FormSpeech[str]:
        """Digit by digit, in groups."""
        phrases = form_phrases(self.call.language.code)
        groups = self._form.groups
        return FormSpeech(
            question=self._ask or getattr(phrases, self._form.key),
            say=lambda digits: spoken_groups(digits, groups),
            say_part=lambda heard: spoken_groups(read_digits(heard).digits, groups),
        )


class PhoneNumberTask(_DigitTask):
    """Asks for a mobile number of India. The result has ten digits: "9876543210"."""

    what = "phone number"

    def __init__(self, call: CallInfo, **options: Any) -> None:
        super().__init__(call, MOBILE_NUMBER, **options)


class PinCodeTask(_DigitTask):
    """Asks for the PIN code of an address. The result has six digits: "560034"."""

    what = "PIN code"

    def __init__(self, call: CallInfo, **options: Any) -> None:
        super().__init__(call, PIN_CODE, **options)


class OtpTask(_DigitTask):
    """Asks for a one-time password, which is not read back: whoever sent it knows it.

    Args:
        length: Its digits, from 4 to 8. None accepts them all, and has to wait after the fourth.
    """

    what = "one-time password (OTP)"

    def __init__(
        self, call: CallInfo, *, length: int | None = 6, confirm: bool = False, **options: Any
    ) -> None:
        super().__init__(call, otp(length), confirm=confirm, **options)


class NameTask(FormTask[str]):
    """Asks for the caller's name. The result is in Latin script: "Ravi Kumar"."""

    what = "name"
    how = " with the name in Latin letters, as its owner writes it,"

    def __init__(self, call: CallInfo, **options: Any) -> None:
        super().__init__(call, NameEntry(), **options)

    def speech(self) -> FormSpeech[str]:
        """As a word; letter by letter after a misunderstanding."""
        phrases = form_phrases(self.call.language.code)
        return FormSpeech(
            question=self._ask or phrases.name,
            say=self._said,
            say_part=lambda _: "",
            help=phrases.spell,
        )

    def check(self, words: str) -> None:
        """Only Latin script is recorded."""
        if read_name(words).problem == "not_latin":
            raise ToolError(
                "Call record_answer again with the name in Latin letters, as its owner writes it."
            )

    def _said(self, name: str) -> str:
        return f"{name}: {spell(name)}" if self._dialogue.failures else name


class DateTask(FormTask[date]):
    """Asks for a date. The result is a `datetime.date`.

    Args:
        earliest: The first date that is accepted: `call.now().date()` for an appointment.
        latest: The last one. With limits कल needs no question, and a date of birth (`latest` is
            today, `earliest` more than two years before) needs its year.
    """

    what = "date"
    how = " with the caller's own words, or as YYYY-MM-DD if you know the day that is meant"

    def __init__(
        self,
        call: CallInfo,
        *,
        earliest: date = date.min,
        latest: date = date.max,
        **options: Any,
    ) -> None:
        form = DateForm(today=call.now().date(), earliest=earliest, latest=latest)
        super().__init__(call, DateEntry(form), **options)
        self._form = form

    def speech(self) -> FormSpeech[date]:
        """With the weekday."""
        language, form = self.call.language.code, self._form
        has_limits = form.earliest > date.min and form.latest < date.max
        return FormSpeech(
            question=self._ask or form_phrases(language).date,
            say=lambda day: say_date(day, language, form.today),
            say_part=lambda _: "",
            limits=(form.earliest, form.latest) if has_limits else None,
        )


class TimeTask(FormTask[time]):
    """Asks for a time of day. The result is a `datetime.time`, without a time zone.

    Args:
        earliest: The first time that is accepted. With limits "five" may need no question.
        latest: The last one.
    """

    what = "time of day"
    how = " with the caller's own words, or as HH:MM of 24 hours if you know the time that is meant"

    def __init__(
        self,
        call: CallInfo,
        *,
        earliest: time = time.min,
        latest: time = time.max,
        **options: Any,
    ) -> None:
        self._form = TimeForm(earliest=earliest, latest=latest)
        super().__init__(call, TimeEntry(self._form), **options)

    def speech(self) -> FormSpeech[time]:
        """With the part of the day."""
        language, form = self.call.language.code, self._form
        has_limits = (form.earliest, form.latest) != (time.min, time.max)
        return FormSpeech(
            question=self._ask or form_phrases(language).time,
            say=lambda said: say_time(said, language),
            say_part=lambda _: "",
            limits=(form.earliest, form.latest) if has_limits else None,
        )

"""Data that callers dictate, in Indian forms. `from agent.forms import PhoneNumberTask`.

A task asks for one form, reads it back, and results in its value. The parsers behind it are pure;
an assistant that asks by itself feeds a `DigitEntry` and has the turn policy `expect` it.
"""

from ..turns.expected import Expected, Progress
from .answers import is_refusal, yes_or_no
from .awaiting import expect
from .dates import DateEntry, DateForm, say_date
from .digits import MOBILE_NUMBER, PIN_CODE, DigitEntry, DigitForm, otp, spoken_groups
from .names import NameEntry, read_name, spell
from .task import FormDeclined, FormGivenUp, FormNotGiven
from .tasks import DateTask, NameTask, OtpTask, PhoneNumberTask, PinCodeTask, TimeTask
from .times import TimeEntry, TimeForm, say_time

__all__ = [
    "MOBILE_NUMBER",
    "PIN_CODE",
    "DateEntry",
    "DateForm",
    "DateTask",
    "DigitEntry",
    "DigitForm",
    "Expected",
    "FormDeclined",
    "FormGivenUp",
    "FormNotGiven",
    "NameEntry",
    "NameTask",
    "OtpTask",
    "PhoneNumberTask",
    "PinCodeTask",
    "Progress",
    "TimeEntry",
    "TimeForm",
    "TimeTask",
    "expect",
    "is_refusal",
    "otp",
    "read_name",
    "say_date",
    "say_time",
    "spell",
    "spoken_groups",
    "yes_or_no",
]

"""Data that callers dictate, in Indian forms. `from agent.forms import PhoneNumberTask`.

A task asks for one form, reads it back, and results in its value; it raises `FormNotGiven` if the
caller declines or has had all tries. In a tool of an assistant:

    number = await PhoneNumberTask(self.call)
    day = await DateTask(self.call, earliest=self.call.now().date())

The parsers behind the tasks are pure. An assistant that asks by itself has the turn policy wait for
all of a number:

    expect(self.session, DigitEntry(PIN_CODE).progress_with)
"""

from ..turns.expected import Progress
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

"""What an answer may be: one class a kind of answer, joining what is listened for and what it means."""

from flows.expect.base import Doubt, Expect, Got, Meaning, NotAllowed
from flows.expect.choices import Choice, YesNo
from flows.expect.days import Day
from flows.expect.groups import OneGroup
from flows.expect.members import OneMember
from flows.expect.notes import VoiceNote
from flows.expect.numbers import Count, Digits, Rupees
from flows.expect.pick import Pick

__all__ = [
    "Choice",
    "Count",
    "Day",
    "Digits",
    "Doubt",
    "Expect",
    "Got",
    "Meaning",
    "NotAllowed",
    "OneGroup",
    "OneMember",
    "Pick",
    "Rupees",
    "VoiceNote",
    "YesNo",
]

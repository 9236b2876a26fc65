"""Golden conversations, written so that anyone who knows Hindi can review them.

A ``.call`` file has a head (``talk:``, ``books:``), then ``- `` what Sakhi says, ``> `` what is answered, and
last ``= `` what was posted. Answers in brackets: (silence) (noise) (cut) (hangup) (mumble) and, for a spoken
note, (note); keys as [12].
``python tests/calls_kit.py`` writes the other lines anew from the answers; review the difference.
"""

from dataclasses import fields
from pathlib import Path

from flows_kit import BOOKS, FLOWS

from flows.prompts import text_of
from flows.talk import Talk
from flows.turn import Heard, HungUp, NotUnderstood, Sound, Stopped
from ivr.channel import CUT, HANGUP, NOISE, SILENCE, ScriptedCaller, converse, keys, note
from store.chain import Voucher
from store.errors import DiskTrouble
from store.ledger import Ledger

CALLS = Path(__file__).parent / "calls"
SPECIAL = {
    "(silence)": SILENCE,
    "(noise)": NOISE,
    "(cut)": CUT,
    "(hangup)": HANGUP,
    "(note)": note("note"),
    "(mumble)": Heard("[unk]", confidence=1.0, sound=Sound.SPEECH),
}
HIDDEN = {"meeting_id", "terms", "purpose"}


def reply(text: str) -> str | Heard | HungUp:
    if text.startswith("["):
        return keys(text.strip("[]"))
    return SPECIAL.get(text, text)


def performed(script: str) -> str:
    """The script with everything but its answers as the conversation really went."""
    lines = script.splitlines()
    head = [line for line in lines if line and line[0] not in "->="]
    settings = dict(line.split(": ", 1) for line in head if not line.startswith("#"))
    answers = [line[2:] for line in lines if line.startswith("> ")]
    ledger = BOOKS[settings["books"]]()
    before = len(ledger.vouchers)
    said = _conversation(settings["talk"], ledger, answers)
    posted = [_entry(voucher) for voucher in ledger.vouchers[before:]]
    return "\n".join([*head, "", *said, "", *(posted or ["= nothing"]), ""])


def _conversation(flow: str, ledger: Ledger, answers: list[str]) -> list[str]:
    talk = Talk("call", "script")
    caller = ScriptedCaller(*map(reply, answers))
    ended = []
    try:
        converse(FLOWS[flow](talk, ledger), caller, talk)
    except (HungUp, Stopped, NotUnderstood, DiskTrouble) as end:
        ended = [] if isinstance(end, HungUp) else [f"- ({type(end).__name__})"]
    said, left = [], list(answers)
    for step in caller.transcript:
        said += [f"- {text_of(line)}" for line in step.turn.say]
        if step.heard is not None:
            said.append(f"> {left.pop(0)}")
    return [*said, *ended]


def _entry(voucher: Voucher) -> str:
    values = {field.name: getattr(voucher.entry, field.name) for field in fields(voucher.entry)}
    shown = (f"{name}={value}" for name, value in values.items() if _is_shown(name, value))
    return " ".join(["=", voucher.kind, *shown])


def _is_shown(name: str, value: object) -> bool:
    return name not in HIDDEN and not (name == "voluntary" and not value)


def main() -> None:
    for path in sorted(CALLS.glob("*.call")):
        path.write_text(performed(path.read_text(encoding="utf-8")), encoding="utf-8")
        print(path.name)


if __name__ == "__main__":
    main()

"""How an amount is agreed: asked, read back whole and in notes, and taken only with a clear yes."""

from __future__ import annotations

from collections.abc import Mapping

from flows.expect import Rupees, YesNo
from flows.talk import Talk
from flows.turn import NotUnderstood

ROUNDS = 4


async def agreed_amount(
    talk: Talk,
    question: str,
    *,
    most: int,
    to: str | None = None,
    least: int = 100,
    instead: Mapping[str, int] | None = None,
    too_much: str = "expect.rupees.too_much",
    name: str = "",
    parted: int | None = None,
    told: str = "check",
    slip: str = "",
) -> int:
    """The amount in paise that was read back and agreed to with yes; 0 for "nothing today".

    The prompts are ``<question>.how_much``, ``.again`` after a no, ``.check`` (or the one ``told`` instead,
    perhaps with a ``slip``) and ``.check_none``; with ``.check_more``, what is above ``parted`` (paise) is
    told apart. The read-back can't be talked over. A no asks for the amount alone again, and what was denied
    is neither offered nor taken from words again; after two the keys are offered. Raises NotUnderstood, also
    when four read-backs were denied.
    """
    denied: frozenset[int] = frozenset()
    for _ in range(ROUNDS):
        expect = Rupees(most, least=least, instead=instead, denied=denied, too_much=too_much)
        if len(denied) > 1:
            talk.say("expect.rupees.keys")
        key = f"{question}.again" if denied else f"{question}.how_much"
        amount = await talk.ask(expect, key, to=to, keep=True, name=name)
        check = f"{question}.{_read_back(amount, least, parted, told)}"
        more = amount - (parted or 0)
        if await talk.ask(
            YesNo(), check, to=to, barge_in=False, keep=True, amount=amount, more=more, name=name, slip=slip
        ):
            return amount
        denied |= {amount}
    raise NotUnderstood


def _read_back(amount: int, least: int, parted: int | None, told: str) -> str:
    if not amount and least:
        return "check_none"
    return "check_more" if parted is not None and amount > parted else told

"""Callers who speak and press keys on a real line: they hear what was said, and the books are right."""

import asyncio
from collections.abc import Iterator

import pytest
from phone_kit import NoAsterisk

from bench.phone.caller import phones
from bench.phone.lab import Lab, lab
from bench.phone.scenes import ENTRIES, MEMBERS, scenes
from bench.phone.scripted import Outcome, played
from bench.phone.voices import wardrobe

pytestmark = pytest.mark.phone


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Lab]:
    try:
        with lab(MEMBERS, ENTRIES) as running:
            yield running
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")


@pytest.fixture(scope="module")
def outcomes(laboratory: Lab) -> list[Outcome]:
    """All scenes, played at the same time."""

    async def play() -> list[Outcome]:
        with wardrobe() as clothes:
            async with phones(laboratory.ports.sip, clothes.hiss, laboratory.ports.phone) as telephones:
                return await played(laboratory, telephones, clothes, scenes(laboratory.known))

    return asyncio.run(play())


@pytest.mark.parametrize("number", range(14))
def test_what_she_hears_is_what_was_said_and_the_books_are_right(
    outcomes: list[Outcome], number: int
) -> None:
    outcome = outcomes[number]
    assert not outcome.trouble, outcome.line()


def test_every_call_is_over_afterwards(laboratory: Lab, outcomes: list[Outcome]) -> None:
    assert laboratory.channels() == 0

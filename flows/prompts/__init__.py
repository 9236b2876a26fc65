"""The prompt catalogue: what Sakhi says, as data in ``hi/<flow>.yaml``; the code knows only the keys.

A slot carries its type, ``{amount:rupees}``; the words it becomes are made here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from itertools import chain, zip_longest

import yaml

from flows.hindi import say_date, say_digits, say_figures, say_notes, say_number, say_rupees
from flows.turn import Line, Slot

_SLOT = re.compile(r"\{(\w+):(\w+)\}")


class PromptError(Exception):
    """A prompt is missing, or a slot has no value or one of the wrong type."""


def _cash(paise: int) -> str:
    whole, clear = say_rupees(paise), say_figures(paise) or say_notes(paise)
    return f"{whole}, यानी {clear}" if clear else whole


_SAYS: dict[str, tuple[type, Callable[..., str]]] = {
    "rupees": (int, say_rupees),
    "cash": (int, _cash),
    "number": (int, say_number),
    "name": (str, str),
    "digits": (str, say_digits),
    "day": (date, say_date),
}


@cache
def _catalogue() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted((resources.files("flows.prompts") / "hi").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            flow = file.name.removesuffix(".yaml")
            prompts = yaml.safe_load(file.read_text(encoding="utf-8"))
            found |= {f"{flow}.{name}": text for name, text in prompts.items()}
    return found


def keys() -> frozenset[str]:
    """Every key there is."""
    return frozenset(_catalogue())


def has(key: str) -> bool:
    """Whether there is such a prompt."""
    return key in _catalogue()


def template(key: str) -> str:
    """The text with its slots unfilled. Raises PromptError."""
    if key not in _catalogue():
        raise PromptError(f"there is no prompt {key} in flows/prompts/hi")
    return _catalogue()[key]


def text_of(line: Line) -> str:
    """The line in Hindi, its slots filled. Raises PromptError."""
    return "".join(parts_of(line))


def parts_of(line: Line) -> tuple[str, ...]:
    """The same in parts: the words before the first slot, what fills it, the words up to the next, and so on.

    Each may be empty. Raises PromptError.
    """
    fixed = _SLOT.split(template(line.key))
    filled = [_say(line, name, kind) for name, kind in zip(fixed[1::3], fixed[2::3], strict=True)]
    return tuple(chain.from_iterable(zip_longest(fixed[::3], filled, fillvalue="")))[: 2 * len(filled) + 1]


def kinds_of(key: str) -> Mapping[str, str]:
    """The slots of a prompt by name, with the type of each. Raises PromptError."""
    return dict(_SLOT.findall(template(key)))


def _say(line: Line, name: str, kind: str) -> str:
    if kind not in _SAYS:
        raise PromptError(f"the prompt {line.key} has a slot of the unknown type {kind}")
    needed, say = _SAYS[kind]
    value: Slot | None = line.slots.get(name)
    if not isinstance(value, needed) or isinstance(value, bool):
        raise PromptError(f"the prompt {line.key} needs {name} as {kind}, not {type(value).__name__}")
    return say(value)

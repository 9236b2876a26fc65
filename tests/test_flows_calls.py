"""Every golden conversation goes as it is written down."""

from pathlib import Path

import pytest
from calls_kit import CALLS, performed
from flows_kit import FLOWS

FILES = sorted(CALLS.glob("*.call"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert performed(written) == written


def test_every_conversation_has_a_golden_call() -> None:
    talks = {line for path in FILES for line in path.read_text().splitlines() if line.startswith("talk: ")}
    assert talks >= {f"talk: {flow}" for flow in FLOWS}

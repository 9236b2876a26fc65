"""The power fails at any call that touches the disk: what was confirmed is there, nothing is half there."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_kit import Clock, sound_books

from store.entries import Saving
from store.ledger import Ledger
from store.people import Newcomer
from store.tinydb import TinyVault

CLOCK = Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Sound books: a group of three and an open meeting."""
    return sound_books(tmp_path, CLOCK)


class PowerCut(BaseException):
    """The end of everything, at one call to the system."""


def cut_at(moment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the power fail just before the `moment`-th call that touches the disk; a write is torn in half."""
    left = [moment]

    def failing(call: Callable[..., Any], torn: bool) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise PowerCut
            if left[0] == 0:
                if torn:
                    call(args[0], args[1][: len(args[1]) // 2])
                raise PowerCut
            return call(*args, **kwargs)

        return step

    for owner, name in (
        *((os, name) for name in ("open", "write", "pwrite", "fsync", "ftruncate", "link")),
        (Path, "replace"),
        (Path, "unlink"),
    ):
        monkeypatch.setattr(owner, name, failing(getattr(owner, name), torn=name == "write"))


def after_power_cuts(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Ledger, TinyVault], object],
    read: Callable[[Ledger], int],
) -> list[int]:
    """What `read` finds in the books after a power cut at each step of `write`, the earliest cut first."""
    found = []
    for moment in range(1, 60):
        folder, after = tmp_path / f"cut-{moment}", tmp_path / f"cut-after-{moment}"
        shutil.copytree(path.parent, folder, ignore=shutil.ignore_patterns("cut-*"))
        with TinyVault(folder / path.name) as vault:
            ledger = Ledger(vault, CLOCK)
            with monkeypatch.context() as power:
                cut_at(moment, power)
                try:
                    write(ledger, vault)
                except PowerCut:
                    pass
                else:
                    break
            shutil.copytree(folder, after)
        with TinyVault(after / path.name) as vault:
            found.append(read(Ledger(vault, CLOCK)))
    assert len(found) > 2
    assert found == sorted(found)
    return found


def test_a_power_cut_at_any_step_leaves_the_books_before_or_after(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = after_power_cuts(
        path,
        tmp_path,
        monkeypatch,
        lambda ledger, _: ledger.post(Saving("M", "m1", 100), once="s"),
        lambda ledger: ledger.saved_by("m1"),
    )
    assert set(found) == {0, 100}


def test_a_power_cut_at_any_step_of_a_new_snapshot_leaves_what_was_confirmed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TinyVault(path) as vault:
        Ledger(vault, CLOCK).post(Saving("M", "m1", 100), once="s")
    found = after_power_cuts(
        path, tmp_path, monkeypatch, lambda _, vault: vault.compact(), lambda ledger: ledger.saved_by("m1")
    )
    assert set(found) == {100}
    assert len(found) > 10


def test_a_power_cut_leaves_all_newcomers_or_none(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = after_power_cuts(
        path,
        tmp_path,
        monkeypatch,
        lambda ledger, _: ledger.add_members([Newcomer(7, "नई"), Newcomer(8, "नई")]),
        lambda ledger: len(ledger.members()),
    )
    assert set(found) == {3, 5}

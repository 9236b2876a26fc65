"""Power cuts at every step, flipped bits and cut files: nothing confirmed is lost, and nothing wrong is read.

`bench.books` does the same thousands of times.
"""

import threading
from pathlib import Path

import pytest

from bench.disk import Trace
from bench.faults import History, damages, live, power_cuts, scratch


@pytest.fixture(scope="module")
def history() -> History:
    with scratch() as folder:
        return live(folder, 6, least=1500)


def test_a_power_cut_at_any_step_leaves_what_was_confirmed(history: History) -> None:
    came = power_cuts(history, rounds=1, seed=2026)
    assert set(came) == {"kept"}
    assert came.total() > 500


@pytest.mark.parametrize("when", ["killed", "closed"])
def test_whatever_file_is_damaged_it_is_noticed_and_mended_or_the_loss_is_told(
    history: History, when: str
) -> None:
    came = damages(history, history.files if when == "killed" else history.closed, times=150, seed=2026)
    came_of_it = {result.partition(": ")[2] for result in came}
    assert came_of_it <= {"harmless", "noticed, nothing lost", "noticed, loss told"}
    assert came["flipped: noticed, nothing lost"]
    assert not came["flipped: noticed, loss told"]


def test_nothing_changes_while_what_a_killed_process_leaves_is_looked_at(tmp_path: Path) -> None:
    trace, file = Trace(tmp_path), tmp_path / "file"
    file.touch()
    other = threading.Thread(target=file.unlink)
    with trace.watch():
        with trace.held():
            other.start()
            other.join(0.2)
            assert file.exists()
        other.join()
        assert not file.exists()

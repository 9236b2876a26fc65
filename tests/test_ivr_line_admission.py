"""Who gets a place: as many as the settings have it, fewer while the machine is behind."""

import pytest

from ivr.line.admission import BAD_SECONDS, CALM, Admission, Place


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.mark.parametrize(
    ("talking", "told", "place"),
    [(0, 0, Place.TALK), (2, 1, Place.TALK), (3, 0, Place.TOLD), (3, 1, Place.TOLD), (4, 2, Place.BUSY)],
)
def test_the_place_of_one_more_call(talking: int, told: int, place: Place) -> None:
    assert Admission(3, 2, Clock()).place(talking, told) is place


@pytest.mark.parametrize(("behind", "late"), [(2, 0.0), (0, 0.06)])
def test_a_machine_that_is_behind_takes_fewer_calls_and_more_again_when_calm(
    behind: int, late: float
) -> None:
    clock = Clock()
    admission = Admission(8, 0, clock)
    assert [admission.measured(5, behind, late) for _ in range(BAD_SECONDS)] == [False, False, True]
    assert admission.limit == 4
    for _ in range(BAD_SECONDS):
        assert not admission.measured(5, behind, late), "as long as five talk it stays at four"
    assert admission.place(4, 0) is Place.BUSY
    for limit in (5, 6, 7, 8, 8):
        clock.time += CALM
        admission.measured(4, 0, 0.0)
        assert admission.limit == limit


def test_one_call_alone_always_has_a_place() -> None:
    admission = Admission(8, 0, Clock())
    for _ in range(5 * BAD_SECONDS):
        admission.measured(1, 2, 1.0)
    assert admission.place(0, 0) is Place.TALK


def test_one_bad_second_now_and_then_means_nothing() -> None:
    admission = Admission(8, 0, Clock())
    assert not any(admission.measured(5, 0, late) for late in (1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0))
    assert admission.limit == 8


def test_a_call_that_waits_for_its_prompt_says_nothing_of_the_machine() -> None:
    admission = Admission(8, 0, Clock())
    assert not admission.measured(5, 1, 0.02)
    assert admission.limit == 8

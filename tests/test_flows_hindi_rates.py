"""Interest as groups say it: what is clear is read, what is not is asked back or refused, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.hindi import Rate, UnsureRate, parse_rate, say_rate

CLEAR = {
    (200, 1): """
        सैकड़ा दो रुपये | दो रुपये सैकड़ा | दो रुपया सैकड़ा | सैकड़ा दो | सैकड़े पर दो रुपये | दो टका | 2 टका
        दो रुपये सैकड़े के हिसाब से | हर महीने दो रुपये सैकड़ा | सैकड़ा दो रुपये महीने का | ब्याज दो रुपये सैकड़ा है
        सौ पर दो | सौ रुपये पर दो रुपये | सौ रुपये पर महीने के दो रुपये | प्रति सैकड़ा दो रुपये मासिक
        रुपये पर दो पैसे | रुपये पर दो पैसे महीना | एक रुपये पर दो पैसे | दो पैसे प्रति रुपया | दो पैसे रुपया
        दो परसेंट महीना | महीने का दो प्रतिशत | 2% महीना | दो फ़ीसदी माहवार | सैकडा दो रूपए""",
    (100, 1): "एक रुपया सैकड़ा | सैकड़ा एक | एक टका | रुपये पर एक पैसा",
    (150, 1): "एक रुपया पचास पैसे सैकड़ा | डेढ़ रुपये सैकड़ा | डेढ़ टका | सैकड़ा डेढ़ | डेढ रुपया सैंकड़ा | 1.5% महीना",
    (125, 1): "सवा टका | सवा रुपया सैकड़ा",
    (175, 1): "पौने दो रुपये सैकड़ा",
    (250, 1): "ढाई रुपये सैकड़ा | दो रुपये पचास पैसे सैकड़ा",
    (50, 1): "पचास पैसे सैकड़ा",
    (
        2400,
        12,
    ): "साल का चौबीस परसेंट | चौबीस प्रतिशत साल का | सालाना चौबीस टका | 24% सालाना | सौ रुपये पर साल के चौबीस रुपये",
    (1250, 12): "साल का साढ़े बारह प्रतिशत",
}
UNSURE = {
    "दो परसेंट": [(200, 1), (200, 12)],  # a bank means a year, a group a month
    "24%": [(2400, 1), (2400, 12)],
    "दो या तीन रुपये सैकड़ा": [(200, 1), (300, 1)],
}
NOT_UNDERSTOOD = """
    दो | दो रुपये | सैकड़ा | टका | सैकड़ा रुपये | रुपये पर दो | रुपये पर दो रुपये | हफ़्ते का दो रुपये सैकड़ा | रोज़ दो टका
    महीने का दो टका साल का | दो सौ टका | पाँच सौ परसेंट महीना | शून्य टका | -2% महीना | दो टका सुनीता | [unk] दो टका
    दो सैकड़ा तीन | बकरी | | सैकड़ा दो रुपये टका"""


def phrases(table: str) -> list[str]:
    return [phrase.strip() for line in table.strip().splitlines() for phrase in line.split("|")]


@pytest.mark.parametrize(
    ("said", "rate"), [(s, Rate(*r)) for r, table in CLEAR.items() for s in phrases(table)]
)
def test_a_rate_is_read_as_groups_say_it(said: str, rate: Rate) -> None:
    assert parse_rate(said) == rate


@pytest.mark.parametrize("said", UNSURE)
def test_what_can_mean_two_rates_is_not_chosen(said: str) -> None:
    assert parse_rate(said) == UnsureRate(tuple(Rate(*rate) for rate in UNSURE[said]))


@pytest.mark.parametrize("said", phrases(NOT_UNDERSTOOD))
def test_what_is_no_rate_is_not_guessed(said: str) -> None:
    assert parse_rate(said) is None


@given(st.integers(1, 100_00), st.sampled_from([1, 12]))
def test_what_is_said_means_the_rate(paise: int, months: int) -> None:
    assert parse_rate(say_rate(Rate(paise, months))) == Rate(paise, months)

"""Hindi numbers, money, interest and days: words to values and back. Needs the standard library alone."""

from flows.hindi.dates import UnsureDate, parse_date, say_date
from flows.hindi.grammar import amount_phrases, number_vocabulary
from flows.hindi.parse import Meant, Unsure, parse_digits, parse_number, parse_rupees
from flows.hindi.rates import Rate, UnsureRate, parse_rate, say_rate
from flows.hindi.say import kinds_of_money, say_digits, say_figures, say_notes, say_number, say_rupees
from flows.hindi.spelling import ENDINGS, normalize

__all__ = [
    "ENDINGS",
    "Meant",
    "Rate",
    "Unsure",
    "UnsureDate",
    "UnsureRate",
    "amount_phrases",
    "kinds_of_money",
    "normalize",
    "number_vocabulary",
    "parse_date",
    "parse_digits",
    "parse_number",
    "parse_rate",
    "parse_rupees",
    "say_date",
    "say_digits",
    "say_figures",
    "say_notes",
    "say_number",
    "say_rate",
    "say_rupees",
]

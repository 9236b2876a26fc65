"""`python -m bench.card RESULTS CARD`: writes the figures of `bench.hearing --json` into a card."""

import json
import sys
from pathlib import Path

from bench.report import Cost, Heard, Report, printed

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def main(arguments: list[str]) -> int:
    """Replace the figures of the card; the exit status is 0 when that was done."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m bench.card RESULTS CARD\n")
        return 2
    results, card = map(Path, arguments)
    try:
        card.write_text(replaced(card.read_text(encoding="utf-8"), printed(read(results))), encoding="utf-8")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def read(results: Path) -> Report:
    """What `bench.hearing --json` wrote. Raises OSError, ValueError."""
    found = json.loads(results.read_text(encoding="utf-8"))
    costs = [Cost(**{**one, "memory": tuple(one["memory"])}) for one in found["costs"]]
    return Report(found["machine"], costs, [Heard(**one) for one in found["heard"]])


def replaced(card: str, figures: str) -> str:
    """The card with `figures` between its two marks. Raises ValueError when it has none."""
    before, begin, rest = card.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the card has no place for figures: put {BEGIN} and {END} on lines of their own")
    return f"{before}{BEGIN}\n\n{figures}\n{END}{after}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

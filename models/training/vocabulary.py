"""`python -m models.training.vocabulary IN_MODEL OUT_MODEL`: the same ears, with the words of `words/`.

The acoustic model knows phones, not words, so words need no training: only `graph/` is made anew.
"""

import shutil
import sys
from pathlib import Path

from flows.hindi import amount_phrases, normalize
from flows.words import everything
from models.training import default_grammar, graph
from models.training.lexicon import Lexicon, read_lexicon
from models.training.openfst import ToolFailed, write_const, write_lookahead
from models.training.phones import PhoneTable

UNKNOWN_COST = -0.5
"""Natural-log cost of hearing an unknown word: lower rejects more, also of what was said well."""
VILLAGE = Path(__file__).parent / "village.txt"
OFTENER = 4
"""How often each sentence of `VILLAGE` counts beside each amount."""
MOST_RUPEES = 100_000
"""Amounts up to this shape the default grammar."""


def extend(source: Path, target: Path, lexicon: Lexicon, unknown_cost: float = UNKNOWN_COST) -> None:
    """Write into `target` the model in `source` with the words of `lexicon` instead of its own.

    Raises ValueError for a phone the model lacks, ToolFailed without OpenFst, OSError.
    """
    phones = PhoneTable.read(source)
    if target.resolve() != source.resolve():
        shutil.copytree(source, target, dirs_exist_ok=True)
    folder = target / "graph"
    spelled, disambiguators = graph.lexicon_transducer(lexicon, phones, unknown_cost)
    whole = graph.with_transitions(graph.determinized(spelled), phones)
    new = write_lookahead(whole, folder / "HCLr.fst")
    numbers = {word: new[number] for word, number in graph.word_numbers(lexicon).items()}
    _write_words(numbers, folder / "words.txt")
    symbols = range(phones.transitions + 1, phones.transitions + 1 + disambiguators)
    (folder / "disambig_tid.int").write_text("".join(f"{symbol}\n" for symbol in symbols))
    spelled = {normalize(word): number for word, number in numbers.items()} | numbers
    known = [[spelled[word] for word in phrase.split() if word in spelled] for phrase in _phrases(lexicon)]
    free = default_grammar.bigram(known, len(numbers), numbers[graph.UNKNOWN])
    write_const(free, folder / "Gr.fst")


def _write_words(numbers: dict[str, int], path: Path) -> None:
    """The symbol table, after lookahead has renumbered the words."""
    if sorted(numbers.values()) != list(range(1, len(numbers) + 1)):
        raise ValueError("the words were not renumbered one to one")
    lines = [
        "<eps> 0",
        *(f"{word} {number}" for word, number in sorted(numbers.items(), key=lambda at: at[1])),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _phrases(lexicon: Lexicon) -> list[str]:
    lines = (line.strip() for line in VILLAGE.read_text(encoding="utf-8").splitlines())
    sentences = [line for line in lines if line and not line.startswith("#")]
    return [*amount_phrases(MOST_RUPEES * 100), *everything(), *sentences * OFTENER, *lexicon]


def main(arguments: list[str]) -> int:
    """Run the recipe; the exit status is 0 when the model was made."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m models.training.vocabulary IN_MODEL OUT_MODEL\n")
        return 2
    source, target = map(Path, arguments)
    try:
        lexicon = read_lexicon()
        extend(source, target, lexicon)
    except (ValueError, OSError, ToolFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    sys.stdout.write(f"{target}: {len(lexicon)} words, {size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

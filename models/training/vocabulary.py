"""`python -m models.training.vocabulary IN_MODEL OUT_MODEL [WORDS]`: the same ears, with other words.

The acoustic model knows phones, not words, so words need no training: only `graph/` is made anew, from the
files of `words/` and the file WORDS, written like them. How the words of WORDS are said is printed.
"""

import shutil
import sys
from itertools import cycle
from pathlib import Path

from flows.hindi import amount_phrases, normalize
from flows.words import everything
from models.training import default_grammar, graph
from models.training.lexicon import WORDS, Lexicon, lines_of, read_lexicon, words_of
from models.training.openfst import Automaton, ToolFailed, write_const, write_lookahead
from models.training.phones import PhoneTable

UNKNOWN_COST = 1.0
"""Natural-log cost of hearing an unknown word: lower rejects more, also of what was said well."""
VILLAGE = Path(__file__).parent / "village.txt"
NAMES = tuple(WORDS / f"{name}.txt" for name in ("names", "names_women", "names_men"))
NAME, AMOUNT = "{name}", "{amount}"
"""Stand in `VILLAGE` for each of `NAMES`, and for amounts in turn."""
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
    write_const(_free_speech(numbers), folder / "Gr.fst")


def _write_words(numbers: dict[str, int], path: Path) -> None:
    """The symbol table, after lookahead has renumbered the words."""
    if sorted(numbers.values()) != list(range(1, len(numbers) + 1)):
        raise ValueError("the words were not renumbered one to one")
    lines = [
        "<eps> 0",
        *(f"{word} {number}" for word, number in sorted(numbers.items(), key=lambda at: at[1])),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _free_speech(numbers: dict[str, int]) -> Automaton:
    """How words follow each other when no question is asked. Raises ValueError for one not in `numbers`."""
    folded = {normalize(word): number for word, number in reversed(numbers.items())}
    any_name = len(numbers) + 1

    def number_of(word: str) -> int:
        if word == NAME:
            return any_name
        if number := numbers.get(word) or folded.get(normalize(word)):
            return number
        raise ValueError(f"{VILLAGE}: {word} is in no file of {WORDS}")

    names = {number_of(word) for path in NAMES for word in words_of(path)}
    phrases = [[number_of(word) for word in phrase.split()] for phrase in _phrases()]
    phrases += [[number] for word, number in numbers.items() if word != graph.UNKNOWN]
    return default_grammar.bigram(phrases, len(numbers), numbers[graph.UNKNOWN], {any_name: sorted(names)})


def _phrases() -> list[str]:
    """What shapes free speech; `NAME` stands for any name."""
    village = lines_of(VILLAGE)
    with_amount = [line for line in village if AMOUNT in line]
    others = [line for line in village if AMOUNT not in line]
    amounts = zip(amount_phrases(MOST_RUPEES * 100), cycle(with_amount))
    said = [*everything(), *(pattern.replace(AMOUNT, amount) for amount, pattern in amounts)]
    return [*said, *others * OFTENER]


def _ways(lexicon: Lexicon, path: Path) -> str:
    """A line for each word of a file: the word and how it is said."""
    return "".join(f"{word}: {', '.join(map(' '.join, lexicon[word]))}\n" for word in words_of(path))


def main(arguments: list[str]) -> int:
    """Run the recipe; the exit status is 0 when the model was made."""
    if len(arguments) not in (2, 3):
        sys.stderr.write("usage: python -m models.training.vocabulary IN_MODEL OUT_MODEL [WORDS]\n")
        return 2
    source, target, *more = map(Path, arguments)
    try:
        lexicon = read_lexicon(*more)
        extend(source, target, lexicon)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 1
    except (ValueError, ToolFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    sys.stdout.write("".join(_ways(lexicon, path) for path in more))
    sys.stdout.write(f"{target}: {len(lexicon)} words, {size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Weighted automata as lists of arcs, and the programs that pack them for Vosk.

Text form: "from to input output cost" a line, "state cost" for a final state, the state of the first line is
the start (OpenFst, "FstQuickTour"). `fstconvert` to `olabel_lookahead` needs Debian's libfst22-plugins-base.
"""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PLUGINS = "/usr/lib/x86_64-linux-gnu/fst/22"
"""Where Debian keeps the plug-ins of OpenFst; `OPENFST_PLUGINS` in the environment names another place."""


class Arc(NamedTuple):
    """One arc; symbol 0 is none."""

    source: int
    """State it leaves."""
    target: int
    """State it enters."""
    taken: int
    """Input symbol."""
    given: int
    """Output symbol."""
    cost: float
    """Negative natural logarithm of a probability."""


class Automaton(NamedTuple):
    """Arcs and final states; state 0 is the start."""

    arcs: list[Arc]
    """The arcs."""
    finals: dict[int, float]
    """Cost of ending, by state."""


class ToolFailed(Exception):
    """A program of OpenFst is missing or refused its input."""


def text_of(automaton: Automaton) -> str:
    """The text form, arcs of the start first."""
    arcs = sorted(automaton.arcs, key=lambda arc: arc.source != 0)
    lines = [f"{arc.source} {arc.target} {arc.taken} {arc.given} {arc.cost:.6f}" for arc in arcs]
    return "\n".join([*lines, *(f"{state} {cost:.6f}" for state, cost in automaton.finals.items())]) + "\n"


def parsed(text: str) -> Automaton:
    """The automaton of a text form that writes every cost."""
    automaton = Automaton([], {})
    for line in text.strip().splitlines():
        fields = line.split()
        if len(fields) <= 2:
            automaton.finals[int(fields[0])] = float(fields[1]) if len(fields) == 2 else 0.0
        else:
            source, target, taken, given = map(int, fields[:4])
            automaton.arcs.append(Arc(source, target, taken, given, float(fields[4])))
    return automaton


def write_lookahead(automaton: Automaton, path: Path) -> dict[int, int]:
    """Write for composition at run time, and return the new number of each output symbol that got one."""
    relabelled = path.with_suffix(".relabel")
    steps = (
        ("fstcompile", "--keep_state_numbering"),
        ("fstarcsort", "--sort_type=olabel"),
        ("fstconvert", "--fst_type=olabel_lookahead", f"--save_relabel_opairs={relabelled}"),
    )
    path.write_bytes(_piped(steps, text_of(automaton)))
    lines = relabelled.read_text().splitlines()
    relabelled.unlink()
    return {int(old): int(new) for old, new in map(str.split, lines)}


def write_const(automaton: Automaton, path: Path) -> None:
    """Write compactly, sorted by input."""
    steps = (
        ("fstcompile", "--keep_state_numbering"),
        ("fstarcsort", "--sort_type=ilabel"),
        ("fstconvert", "--fst_type=const"),
    )
    path.write_bytes(_piped(steps, text_of(automaton)))


def _piped(steps: Iterable[tuple[str, ...]], text: str) -> bytes:
    data = text.encode()
    plugins = os.environ.get("OPENFST_PLUGINS", PLUGINS)
    for step in steps:
        try:
            done = subprocess.run(
                step, input=data, capture_output=True, env={**os.environ, "LD_LIBRARY_PATH": plugins}
            )
        except FileNotFoundError as error:
            raise ToolFailed(
                f"{step[0]} is missing; run: sudo apt-get install libfst-tools libfst22-plugins-base"
            ) from error
        if done.returncode or not done.stdout:
            raise ToolFailed(f"{' '.join(step)}: {done.stderr.decode().strip() or 'wrote nothing'}")
        data = done.stdout
    return data

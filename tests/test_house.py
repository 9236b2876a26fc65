"""The house rules: which room may import which, small files, and a tree that speaks of the product alone."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "ivr": {"ivr", "flows", "speech", "store"},
    "flows": {"flows", "store"},
    "speech": {"speech"},
    "store": {"store"},
}
ROOMS = sorted(MAY_IMPORT)
OURS = {*ROOMS, "models", "bench", "tests"}
KNOWN_TO_FLOWS = {"yaml"}
LONGEST_FILE = 300


def modules(room: str) -> Iterator[Path]:
    return (HOUSE / room).rglob("*.py")


def imported(path: Path) -> set[str]:
    """The top-level packages that the module imports, anywhere in it; "." stands for a relative import."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level or node.module is None else node.module.partition(".")[0])
    return found


@cache
def texts() -> dict[str, str]:
    """Every text file of the repository that git does not ignore, by name."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
        check=True,
    )
    found = {}
    for name in listing.stdout.decode().split("\0"):
        if name and (HOUSE / name).is_file():
            content = (HOUSE / name).read_bytes()
            if b"\0" not in content:
                found[name] = content.decode("utf-8")
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_one_way(room: str) -> None:
    strays = {
        str(path.relative_to(HOUSE)): imported(path) & (OURS - MAY_IMPORT[room]) for path in modules(room)
    }
    assert {name: found for name, found in strays.items() if found} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_are_absolute(room: str) -> None:
    assert [str(path) for path in modules(room) if "." in imported(path)] == []


def test_flows_know_no_audio_no_database_and_no_telephone() -> None:
    known = {"flows", "store", *KNOWN_TO_FLOWS, *sys.stdlib_module_names}
    strays = {path.name: imported(path) - known for path in modules("flows")}
    assert {name: found for name, found in strays.items() if found} == {}


def test_only_one_module_knows_tinydb() -> None:
    assert {path.name for room in ROOMS for path in modules(room) if "tinydb" in imported(path)} <= {
        "tinydb.py"
    }


def test_every_room_says_what_it_is_for() -> None:
    packages = [path for room in ROOMS for path in modules(room) if path.name == "__init__.py"]
    assert {path.parent.name for path in packages} >= set(ROOMS)
    assert [str(path) for path in packages if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_files_stay_small() -> None:
    lengths = {name: text.count("\n") for name, text in texts().items() if name.endswith(".py")}
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FILE} == {}


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a path of somebody's machine", r"(?<![\w.:/])/(?:work|root|home|Users)/"),
        ("work left undone", r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
        ("a ticket's number", r"\b[Ii]ssue #?\d"),
        ("a package index by its host", r"\b(?:py" + r"pi\.org|python" + r"hosted|npm" + r"js\.)"),
    ],
)
def test_the_tree_speaks_of_the_product_alone(what: str, pattern: str) -> None:
    found = {name: hit.group() for name, text in texts().items() if (hit := re.search(pattern, text))}
    assert found == {}, what


def test_every_document_named_is_there() -> None:
    documents = {Path(name).name for name in texts() if name.endswith(".md")}
    named = {
        (name, document)
        for name, text in texts().items()
        for document in re.findall(r"\b[A-Z_]{4,}\.md\b", text)
    }
    assert {(name, document) for name, document in named if document not in documents} == set()


def test_every_dependency_has_its_licence_named() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        re.split("==|\\[", line)[0]
        for line in project["dependencies"] + project["optional-dependencies"]["dev"]
    }
    named = set(re.findall(r"[\w-]+", (HOUSE / "THIRD_PARTY.md").read_text(encoding="utf-8").lower()))
    assert {name for name in wanted if name.lower() not in named} == set()

"""The settings: config.yaml read once into the frozen, validated models of `ivr.sections`.

An unknown key, a wrong type or a file that is not YAML is a `SettingsError`; nothing is guessed.
"""

import difflib
import os
import re
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ivr.section import Section
from ivr.sections import Settings

BESIDE_THE_PACKAGES = Path(__file__).resolve().parent.parent / "config.yaml"


class SettingsError(Exception):
    """A configuration that cannot be used: which file, which key, what to do."""


def find_config(asked: Path | None = None) -> Path:
    """The file to read: `asked`, else $SAKHI_CONFIG, else ./config.yaml, else the one beside the packages."""
    if asked is not None:
        return asked
    if named := os.environ.get("SAKHI_CONFIG"):
        return Path(named)
    here = Path("config.yaml")
    return here if here.is_file() else BESIDE_THE_PACKAGES


def load(path: Path) -> Settings:
    """The settings of the file at `path`. Raises `SettingsError`."""
    try:
        written = yaml.load(path.read_text(encoding="utf-8"), _NoKeyTwice)
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}); give another file with --config or SAKHI_CONFIG"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text; save it again as UTF-8") from error
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}: {_yaml_trouble(error)}") from error
    if written is None:
        written = {}
    if not isinstance(written, dict):
        raise SettingsError(
            f"{path}: should be lines of `key: value`, as in the config.yaml that came with Sakhi"
        )
    try:
        return Settings.model_validate(written, context={"folder": path.absolute().parent})
    except ValidationError as error:
        by_key = {detail["loc"][:2]: _plain(detail) for detail in reversed(error.errors())}
        raise SettingsError("\n".join(f"{path}: {plain}" for plain in reversed(by_key.values()))) from error


def documented() -> Iterable[tuple[str, Any, str]]:
    """Every setting as (dotted key, default, what it means), in the order they are written."""
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, Section):
            for inner, inner_field in type(field.default).model_fields.items():
                yield f"{name}.{inner}", inner_field.default, inner_field.description or ""
        else:
            yield name, field.default, field.description or ""


class _NoKeyTwice(yaml.SafeLoader):
    """YAML that refuses a key written twice, where YAML's own loader silently takes the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"`{key.value}` is written twice; keep one of them", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _yaml_trouble(error: yaml.YAMLError) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return "holds characters that YAML does not allow; save it again as plain text"
    mark = error.problem_mark
    where = f"line {mark.line + 1}, column {mark.column + 1}"
    if isinstance(error, yaml.constructor.ConstructorError):
        return f"{where}: {error.problem}"
    return f"{where} is not YAML ({error.problem}); a setting is `key: value`, indented with spaces"


def _plain(detail: ErrorDetails) -> str:
    """One validation error in plain words: key, what is wrong, what to do."""
    keys = [str(step) for step in detail["loc"] if str(step) not in {"int", "str"}]
    key = ".".join(keys)
    if detail["type"] == "extra_forbidden" and re.search("secret|password", keys[-1]):
        return (
            f"`{key}` is not a setting: no secret stands here; `line.secret_file` and "
            "`database.password_file` name the files that have one"
        )
    if detail["type"] == "extra_forbidden":
        return f"`{key}` is not a setting; {_closest(keys)}"
    if detail["type"] == "secret":
        return f"`{key}` {detail['msg']}"
    problem = detail["msg"].removeprefix("Value error, ").removeprefix("Input ").replace("a valid ", "a ")
    problem = problem.replace("a integer", "a whole number").replace("a boolean", "true or false")
    if detail["type"] == "model_type":
        problem = "should be a section: indented `key: value` lines under it"
    return f"`{key}` {problem}, not {detail['input']!r}; correct it or remove the line to use the default"


def _closest(keys: list[str]) -> str:
    known = [key for key, _, _ in documented()]
    sections = list(Settings.model_fields)
    among = sections if len(keys) == 1 else [key for key in known if key.startswith(f"{keys[0]}.")]
    by_last_word = {key.rpartition(".")[2]: key for key in among}
    if found := difflib.get_close_matches(keys[-1], by_last_word, n=1):
        return f"did you mean `{by_last_word[found[0]]}`?"
    elsewhere = [key for key in known if key.rpartition(".")[2] == keys[-1]]
    if elsewhere:
        return f"did you mean `{elsewhere[0]}`?"
    return "remove it; the settings there are: " + ", ".join(among)

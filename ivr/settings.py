"""The settings: config.yaml read once into frozen, validated models.

An unknown key, a wrong type or a file that is not YAML is a `SettingsError`; nothing is guessed.
"""

import difflib
import os
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

BESIDE_THE_PACKAGES = Path(__file__).resolve().parent.parent / "config.yaml"


class SettingsError(Exception):
    """A configuration that cannot be used: which file, which key, what to do."""


def _beside_the_config(value: object, info: ValidationInfo) -> object:
    """A path as written, made relative to the config file's folder when one is known."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError("should be the path of a folder, in text")
    folder = (info.context or {}).get("folder")
    path = Path(value).expanduser()
    return path if folder is None else folder / path


Folder = Annotated[Path, BeforeValidator(_beside_the_config)]
Seconds = Annotated[float, Field(gt=0, le=120, allow_inf_nan=False)]


class Section(BaseModel):
    """What every part of the settings has in common: frozen, strict, no key that we do not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_default=True, use_attribute_docstrings=True
    )


class Recognition(Section):
    """How long Sakhi waits for an answer."""

    short_pause: Seconds = 0.25
    """Silence that ends an answer which is already complete, such as हाँ; seconds."""
    long_pause: Seconds = 0.6
    """Silence that ends an answer which might go on, such as दो सौ ... पचास; seconds."""
    no_input: Seconds = 5.0
    """Silence after the question until it counts as no answer; seconds."""
    longest: Seconds = 10.0
    """The longest single answer; seconds."""


class Voice(Section):
    """The synthetic voice, for whatever has no recording."""

    name: str = Field(default="hi+f2", min_length=1)
    """espeak-ng voice and variant."""
    rate: int = Field(default=150, ge=80, le=400)
    """Speed of speech; words per minute."""
    cache: Folder = Path("data/voice")
    """Folder of prompts already spoken, so that none is synthesised twice."""


class Kiosk(Section):
    """The microphone and loudspeaker of `sakhi kiosk`."""

    input_device: int | str | None = None
    """Microphone by number or name as `sakhi doctor` lists them; null: the system's default."""
    output_device: int | str | None = None
    """Loudspeaker by number or name as `sakhi doctor` lists them; null: the system's default."""
    sample_rate: int = Field(default=16000, ge=8000, le=96000)
    """Samples a second asked of the microphone and the loudspeaker; Hz."""


class Channel(Section):
    """The keypad, on the telephone and elsewhere."""

    between_keys: Seconds = 3.0
    """The longest wait between two keys of one answer; seconds."""


class Pin(Section):
    """The secret that guards a member's balance."""

    spoken: bool = True
    """Whether a PIN may be said aloud; false: keys only."""


class Line(Section):
    """The telephone line of `sakhi line`: Asterisk, and the calls it brings."""

    host: str = "127.0.0.1"
    """Address on which Sakhi awaits Asterisk's calls."""
    port: int = Field(default=9092, ge=1, le=65535)
    """Port on which Sakhi awaits them."""
    asterisk: str = "127.0.0.1"
    """Asterisk's address: calls from no other are taken."""
    manager_port: int = Field(default=5038, ge=1, le=65535)
    """Port of Asterisk's manager interface."""
    manager_user: str = Field(default="sakhi", min_length=1)
    """User in Asterisk's manager.conf; its secret is never written here."""
    most_calls: int = Field(default=8, ge=1, le=200)
    """How many calls may go on at once."""
    ring: float = Field(default=4.0, ge=0, le=30, allow_inf_nan=False)
    """How long a call rings before it is answered, so that who hangs up pays nothing; seconds."""


class Money(Section):
    """Bounds on money."""

    cap: int = Field(default=50_000, ge=1, le=99_99_999)
    """Largest amount one entry may have in a group added without a cap of its own; whole rupees."""


class Settings(Section):
    """Every setting, checked. Paths are relative to the folder of the config file they came from."""

    data: Folder = Path("data")
    """Folder of the books and of everything else Sakhi writes."""
    model: Folder = Path("models/hi-small")
    """Folder of the Vosk model."""
    recorded: Folder = Path("flows/prompts/hi/recorded")
    """Folder of recorded prompts, `<key>.wav`, which win over the synthetic voice."""
    recognition: Recognition = Recognition()
    """How long Sakhi waits for an answer."""
    voice: Voice = Voice()
    """The synthetic voice."""
    kiosk: Kiosk = Kiosk()
    """The microphone and loudspeaker."""
    channel: Channel = Channel()
    """The keypad."""
    pin: Pin = Pin()
    """The members' secret."""
    line: Line = Line()
    """The telephone line."""
    money: Money = Money()
    """Bounds on money."""

    @property
    def books(self) -> Path:
        """The folder of the books, one `<group>.json` a group."""
        return self.data / "books"


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
    if detail["type"] == "extra_forbidden":
        return f"`{key}` is not a setting; {_closest(keys)}"
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

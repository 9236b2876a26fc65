"""What can be set, section by section: frozen, validated models with the default values.

An unknown key or a wrong type is refused; nothing is guessed.
"""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ivr.section import Folder, FolderOrNone, Seconds, Section


def _without_secret(url: str) -> str:
    """A database's address as PostgreSQL writes it, that holds no password."""
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("should be empty or begin with postgresql://")
    parts = urlsplit(url)
    if parts.password or "password" in parse_qs(parts.query):
        raise PydanticCustomError(
            "secret", "should hold no password: that stands in the file `database.password_file`"
        )
    return url


class Database(Section):
    """Where the books are kept instead of in files: a PostgreSQL database that several machines share."""

    url: Annotated[str, AfterValidator(_without_secret)] = ""
    """The database, such as postgresql://sakhi@server/sakhi; empty: the books are files under `data`."""
    password_file: Folder | None = None
    """File with the password, as PostgreSQL's .pgpass has it, which nobody else may read; null: ~/.pgpass."""


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
    note_pause: Seconds = 2.0
    """Silence that ends a spoken note; seconds."""
    longest_note: Seconds = 60.0
    """The longest spoken note; seconds."""


class Voice(Section):
    """The voice, for whatever has no recording."""

    rendered: bool = True
    """Whether the natural voice speaks that was rendered beforehand; false: the synthetic one says it all."""
    render_names: bool = True
    """Whether the names of new members are rendered by themselves; false: with `sakhi voice names`."""
    name: str = Field(default="hi+f2", min_length=1)
    """espeak-ng voice and variant, for what was not rendered."""
    rate: int = Field(default=150, ge=80, le=400)
    """Its speed of speech; words per minute."""
    cache: Folder = Path("data/voice")
    """Folder of what it spoke already, so that nothing is synthesised twice."""


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


def _numbers(value: object) -> object:
    """Telephone numbers as YAML has them, with and without quotes."""
    if not isinstance(value, list) or any(not isinstance(one, str | int) for one in value):
        raise ValueError("should be a list of telephone numbers, such as [9876543210]")
    numbers = ["".join(filter(str.isdigit, str(one))) for one in value]
    if any(len(number) < 10 for number in numbers):
        raise ValueError("should have ten digits or more in each number")
    return numbers


class Worker(Section):
    """The worker of the groups, who sees to what is left to her."""

    phones: Annotated[list[str], BeforeValidator(_numbers)] = Field(default=[])
    """Her telephones: who calls from one is asked for the worker's PIN (`sakhi worker pin`)."""


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
    secret_file: Folder = Path("/etc/sakhi/line.env")
    """File with that user's secret, which nobody else may read; the environment wins over it."""
    most_calls: int = Field(default=8, ge=1, le=200)
    """How many callers may talk at once; fewer when the machine is behind."""
    extra_calls: int = Field(default=4, ge=0, le=50)
    """How many more are answered only to be told that we call back; others hear that the line is busy."""
    ring: float = Field(default=4.0, ge=0, le=30, allow_inf_nan=False)
    """How long a call rings before it is answered, so that who hangs up pays nothing; seconds."""
    comfort_after: Seconds = 0.7
    """How long we may need for a reply before a soft sound says that we are still there; seconds."""
    resume_within: int = Field(default=10, ge=0, le=120)
    """How long after a call broke off the next one from that telephone goes on with it; minutes, 0: never."""
    status_host: str = "127.0.0.1"
    """Address on which Sakhi tells how the line is: `/health` and `/metrics` over HTTP."""
    status_port: int = Field(default=9093, ge=1, le=65535)
    """Port on which Sakhi tells it."""


class Evidence(Section):
    """Recordings: of confirmations, where a member agreed to that, and messages that are left."""

    ask: bool = True
    """Whether members are asked if their confirmations may be kept; false: none is."""
    keep_days: int = Field(default=90, ge=1, le=3650)
    """How long recordings are kept; days."""

    @property
    def keeps_for(self) -> int:
        """How many days confirmations are kept; 0 when none is."""
        return self.keep_days if self.ask else 0


class Outbound(Section):
    """The calls that Sakhi makes itself while `sakhi line` runs."""

    channel: str = Field(default="PJSIP/{number}@trunk", pattern=r"^[^{}]*\{number\}[^{}]*$")
    """How Asterisk reaches a number, `{number}` in its place."""
    prefix: str = Field(default="", pattern=r"^\+?[0-9]*$")
    """What the trunk wants before the last ten digits of a number, such as 0 or +91."""
    caller_id: str = Field(default="", pattern=r"^\+?[0-9]*$")
    """The number that she sees; empty: the trunk's own."""
    lines: int = Field(default=2, ge=0, le=100)
    """How many may be called at once; one of `line.most_calls` is kept for callers. 0: nobody is called."""
    from_hour: int = Field(default=8, ge=0, le=23)
    """First hour of the day in which anybody is called."""
    until_hour: int = Field(default=20, ge=1, le=24)
    """The hour from which nobody is called any more."""
    ring: Seconds = 30.0
    """How long her telephone rings; seconds."""
    most_a_day: int = Field(default=3, ge=1, le=20)
    """How often one number is dialled a day."""
    tries: int = Field(default=3, ge=1, le=10)
    """How often a call is tried until she counts as unreachable."""
    again_after: float = Field(default=30.0, gt=0, le=1440, allow_inf_nan=False)
    """How long after the first try comes the second; each later pause is twice the one before; minutes."""
    call_back: bool = True
    """Whether who rings and hangs up is called back."""
    strangers: bool = False
    """Whether numbers that no group knows are called back too."""
    confirm: bool = False
    """Whether members are called by themselves about what was written in their names."""
    remind: bool = False
    """Whether members are called by themselves before meetings and instalments."""
    absent: bool = False
    """Whether members who missed a meeting are called by themselves."""
    remind_before: int = Field(default=2, ge=0, le=14)
    """How long before a meeting or an instalment she is reminded; days."""
    keep: int = Field(default=90, ge=31, le=3650)
    """How long it is remembered whom was called for what; days."""

    @model_validator(mode="after")
    def _day_has_hours(self) -> Self:
        if self.from_hour >= self.until_hour:
            raise ValueError("should have a `from_hour` before its `until_hour`")
        return self


class Backup(Section):
    """The backups that are made by themselves, once `sakhi books schedule` has set them up."""

    folder: FolderOrNone = None
    """Folder or stick where they are put; null: none is made by itself."""
    other_disk: bool = True
    """Whether the folder lies on a stick or another disk: while that is not there, none is made."""
    every: int = Field(default=24, ge=1, le=24 * 31)
    """How far apart they are; hours."""
    at_hour: int = Field(default=2, ge=0, le=23)
    """The hour of the day at which one is made; later when the machine was off."""
    keep: int = Field(default=14, ge=1, le=1000)
    """How many are kept."""
    passphrase_file: Folder = Path("/etc/sakhi/backup.passphrase")
    """File with the passphrase, readable for Sakhi's user alone."""
    recordings: bool = False
    """Whether they hold the recordings too."""


class Money(Section):
    """Bounds on money."""

    cap: int = Field(default=50_000, ge=1, le=99_99_999)
    """Largest amount one entry may have in a group added without a cap of its own; whole rupees."""


class Settings(Section):
    """Every setting, checked. Paths are relative to the folder of the config file they came from."""

    data: Folder = Path("data")
    """Folder of the books and of everything else Sakhi writes."""
    database: Database = Database()
    """Where the books are kept instead."""
    model: Folder = Path("models/hi-small")
    """Folder of the Vosk model."""
    recorded: Folder = Path("flows/prompts/hi/recorded")
    """Folder of the recordings of `sakhi voice record`, which win over the other voices."""
    recognition: Recognition = Recognition()
    """How long Sakhi waits for an answer."""
    voice: Voice = Voice()
    """The voice."""
    kiosk: Kiosk = Kiosk()
    """The microphone and loudspeaker."""
    channel: Channel = Channel()
    """The keypad."""
    pin: Pin = Pin()
    """The members' secret."""
    worker: Worker = Worker()
    """The worker of the groups."""
    line: Line = Line()
    """The telephone line."""
    evidence: Evidence = Evidence()
    """The recordings."""
    outbound: Outbound = Outbound()
    """The calls that Sakhi makes."""
    backup: Backup = Backup()
    """The backups."""
    money: Money = Money()
    """Bounds on money."""

    @property
    def books(self) -> Path:
        """The folder of the books, one `<group>.json` a group."""
        return self.data / "books"

    @property
    def line_folder(self) -> Path:
        """The folder of what the telephone line keeps: its calls, its locks."""
        return self.data / "line"

    @property
    def moved(self) -> Path:
        """The folder of files whose books were moved into a database."""
        return self.data / "moved"

    @property
    def names(self) -> Path:
        """The folder of the members' and groups' names that were rendered."""
        return self.data / "names"

    @property
    def clips(self) -> Path:
        """The folder of the recordings, a folder `<group>` a group."""
        return self.data / "clips"

"""`sakhi console`, `sakhi balance` and `sakhi kiosk`, from the command line to the books."""

import ctypes.util
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sound_kit import SoundServer, sound_server
from store_kit import GROUP, Clock

from ivr.__main__ import main
from ivr.books import opened
from ivr.settings import BESIDE_THE_PACKAGES, load
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from store.entries import OpeningBalance
from store.ledger import Ledger
from store.tinydb import TinyVault

HOUSE = BESIDE_THE_PACKAGES.parent


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config file with one group of two members, each of whom may hear the other's balance."""
    path = tmp_path / "config.yaml"
    path.write_text(
        f"model: {HOUSE / 'models/hi-small'}\nkiosk: {{input_device: pulse, output_device: pulse}}\n"
    )
    found(path, "ujala")
    return path


def found(config: Path, group: str) -> None:
    books = load(config).books
    books.mkdir(parents=True, exist_ok=True)
    with TinyVault(books / f"{group}.json") as vault:
        ledger = Ledger.found(vault, replace(GROUP, id=group), Clock())
        ledger.add_member(1, "राधा")
        ledger.add_member(2, "सीता")
        ledger.post(OpeningBalance(5_000_00, 0), once="opening")


def sakhi(config: Path, *words: str, typed: tuple[str, ...] = ()) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words], input="".join(f"{t}\n" for t in typed))


def test_a_typed_meeting_reaches_the_books(config: Path) -> None:
    result = sakhi(config, "console", "--talk", "meeting", typed=("हाँ", "हाँ", "100", "1", "सौ रुपये", "हाँ"))
    assert result.exit_code == 0
    with opened(load(config)) as ledger:
        assert [ledger.saved_by(member.id) for member in ledger.members()] == [100_00, 100_00]


def test_a_talk_broken_off_says_that_what_was_confirmed_is_written(config: Path) -> None:
    result = sakhi(config, "console", "--talk", "meeting", typed=("हाँ",))
    assert result.exit_code == 0
    assert "what was confirmed is written" in result.stderr
    with opened(load(config)) as ledger:
        assert ledger.meeting is not None
        assert len(ledger.present()) == 1


def test_a_meeting_broken_off_goes_on_where_it_stopped(config: Path) -> None:
    sakhi(config, "console", "--talk", "meeting", typed=("हाँ",))
    result = sakhi(config, "console", "--talk", "meeting", typed=("हाँ",))
    assert "राधा जी?" not in result.stdout
    with opened(load(config)) as ledger:
        assert len(ledger.present()) == 2


def test_practice_writes_nothing(config: Path) -> None:
    with opened(load(config)) as ledger:
        before = len(ledger.vouchers)
    result = sakhi(config, "console", "--talk", "practice", typed=("हाँ", "हाँ", "100", "1"))
    assert "राधा जी" in result.stdout
    with opened(load(config)) as ledger:
        assert len(ledger.vouchers) == before


def test_balance_by_typing_tells_it(config: Path) -> None:
    result = sakhi(config, "balance", "--typed", typed=("2", "2"))
    assert result.exit_code == 0
    assert "सीता जी, आपकी बचत" in result.stdout


def test_the_menu_leads_to_the_balance(config: Path) -> None:
    result = sakhi(config, "console", typed=("हिसाब", "1", "नहीं"))
    assert result.exit_code == 0
    assert "राधा जी, आपकी बचत" in result.stdout


def refusal(result: Result) -> str:
    assert result.exit_code == 2
    assert result.stderr.startswith("sakhi: ")
    return result.stderr


def test_without_a_group_it_says_how_to_add_one(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("data: nothing\n")
    assert "`sakhi group add`" in refusal(sakhi(tmp_path / "config.yaml", "console"))


def test_of_several_groups_one_must_be_named(config: Path) -> None:
    found(config, "asha")
    assert "name the one you mean: asha, ujala" in refusal(sakhi(config, "console"))
    assert sakhi(config, "console", "--group", "asha").exit_code == 0
    assert "there are: asha, ujala" in refusal(sakhi(config, "console", "--group", "../ujala"))


def test_books_in_use_are_refused(config: Path) -> None:
    with opened(load(config)):
        refusal(sakhi(config, "console"))


@pytest.mark.parametrize("command", [("kiosk",), ("balance",)])
def test_the_kiosk_without_portaudio_names_the_package(
    config: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    assert "apt install libportaudio2" in refusal(sakhi(config, *command))


def test_the_kiosk_without_a_model_says_so(config: Path) -> None:
    config.write_text("model: nowhere\n")
    assert "there is no speech model in" in refusal(sakhi(config, "kiosk"))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    with sound_server(tmp_path, monkeypatch) as running:
        yield running


def read_until(output: "subprocess.Popen[str]", words: str) -> str:
    assert output.stdout is not None
    seen = ""
    for line in output.stdout:
        seen += line
        if words in line:
            return seen
    raise AssertionError(f"{words!r} was never said:\n{seen}")


@pytest.mark.sound
def test_a_balance_is_asked_for_and_told_by_voice(config: Path, server: SoundServer, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ivr", "--config", str(config), "balance", "--headset"]
    with Worker() as worker:
        two, no = (Pyttsx3(worker).speak(text) for text in ("दो", "नहीं"))
    pause = Audio.silence(2.5, two.rate)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}, cwd=HOUSE
    ) as talk:
        read_until(talk, "नंबर दबाइए")
        # A busy machine loses sound: she says it until it is heard, as people do.
        with server.say(Audio.joined([pause, two] * 8), tmp_path) as saying:
            heard = read_until(talk, "सीता जी, आपकी बचत")
            saying.kill()
        assert "दो" in heard
        read_until(talk, "फिर से सुनेंगी")
        with server.say(Audio.joined([pause, no] * 8), tmp_path) as saying:
            read_until(talk, "धन्यवाद")
            saying.kill()
    assert talk.returncode == 0

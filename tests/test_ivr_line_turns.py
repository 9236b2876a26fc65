"""Turn-taking on a real Asterisk: keys typed ahead, keys as tones in the sound, and hang-ups at any time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from phone_kit import NoAsterisk, Ports, call, configured, control, line, talk, until, was_said

from flows.turn import Line
from ivr import books, wiring
from ivr.settings import load
from speech.audio import Audio, from_float
from store.errors import BooksInUse
from store.people import Group

pytestmark = pytest.mark.phone
NUMBER = "9876543210"
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)
TONES = {key: (ROWS[at // 3], COLUMNS[at % 3]) for at, key in enumerate("123456789*0#")}
"""The two tones of each key in Hz (ITU-T Q.23)."""
WELCOME = Line("menu.welcome", {"group": "उजाला समूह"})
BALANCE = Line("balance.no_loan")
TROUBLE = (Line("trouble.noise"), Line("trouble.speech"), Line("trouble.keys"), Line("trouble.cut"))


def home(folder: Path, model_folder: Path, ports: Ports) -> Path:
    (folder / "config.yaml").write_text(
        f"data: data\nmodel: {model_folder}\nline: {{port: {ports.sakhi}, manager_port: {ports.manager}}}\n"
    )
    settings = load(folder / "config.yaml")
    books.begin(settings, Group("ujala", "उजाला समूह", 100_00, 3, 50_000_00))
    with books.opened(settings) as ledger:
        ledger.set_pin(ledger.add_member(1, "सुनीता", phones=[NUMBER]).id, "1234")
    return folder


@contextmanager
def asterisk(folder: Path, ports: Ports, dtmf_mode: str) -> Iterator[None]:
    configured(folder, ports)
    pjsip = folder / "etc/pjsip.conf"
    pjsip.write_text(pjsip.read_text().replace("dtmf_mode=rfc4733", f"dtmf_mode={dtmf_mode}"))
    try:
        control(folder, "start")
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")
    try:
        yield
    finally:
        control(folder, "stop")


def tones(keys: str, path: Path) -> str:
    """A file with the keys as a telephone without RFC 4733 sends them."""
    time = np.arange(800) / 8000
    sounds = [0.2 * sum(np.sin(2 * np.pi * pitch * time) for pitch in TONES[key]) for key in keys]
    pieces = [piece for sound in sounds for piece in (sound, np.zeros(960))]
    Audio(from_float(np.concatenate(pieces)), 8000).write(path)
    return f"play:{path}"


@pytest.mark.parametrize("dtmf_mode", ["rfc4733", "inband"])
def test_keys_typed_in_one_go_reach_each_question_once(
    dtmf_mode: str, model_folder: Path, tmp_path: Path
) -> None:
    ports, heard = Ports.free(), tmp_path / "heard.wav"
    folder = home(tmp_path, model_folder, ports)
    keys = "111234#"
    typed = tones(keys, tmp_path / "tones.wav") if dtmf_mode == "inband" else f"keys:{keys}"
    with wiring.voice(load(folder / "config.yaml")) as voice:
        steps = talk(voice, tmp_path, (BALANCE, "wait:8"))
        with asterisk(tmp_path, ports, dtmf_mode), line(folder):
            assert call(ports, NUMBER, heard, "wait:3", typed, *steps) == "200"
        assert was_said(voice, heard, WELCOME, BALANCE) == [True, True]
        assert not any(was_said(voice, heard, *TROUBLE, Line("identity.wrong_pin")))


def test_a_hangup_at_any_time_ends_the_talk_and_leaves_the_books_whole(
    model_folder: Path, tmp_path: Path
) -> None:
    ports = Ports.free()
    folder = home(tmp_path, model_folder, ports)
    moments = (
        ["wait:1"],
        ["wait:4"],
        ["wait:3", "keys:1"],
        ["wait:3", "keys:1#112"],
        ["wait:3", "keys:1#11234#"],
    )
    with asterisk(tmp_path, ports, "rfc4733"), line(folder) as log:
        for steps in moments:
            assert call(ports, "anonymous", tmp_path / "heard.wav", *steps) == "200"
            until(lambda: "0 active calls" in control(tmp_path, "rx", "core show channels"))
            until(lambda: not _in_use(folder))
        assert "Traceback" not in log.read_text()
    with books.opened(load(folder / "config.yaml")) as ledger:
        assert [voucher.entry for voucher in ledger.vouchers] == []


def _in_use(folder: Path) -> bool:
    try:
        with books.opened(load(folder / "config.yaml")):
            return False
    except BooksInUse:
        return True

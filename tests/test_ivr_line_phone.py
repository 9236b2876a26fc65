"""Real calls: a SIP phone, a real Asterisk with the configuration that comes with Sakhi, and `sakhi line`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ear_kit import mostly_alike, sound_of
from phone_kit import NoAsterisk, Ports, asterisk, call, line, talk, until

from flows.turn import Line
from ivr import wiring
from ivr.books import begin, opened
from ivr.sections import Settings
from ivr.settings import load
from store.people import Group

pytestmark = pytest.mark.phone
NUMBER = "9876543210"
AS_SENT = 0.99
"""Correlation of what is heard with what was said, A-law between them, but for the holes of a busy machine's
telephone: `test_ivr_line_callers` allows none."""


@pytest.fixture(scope="module")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, model_folder: Path, ports: Ports) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "config.yaml").write_text(
        f"data: data\nmodel: {model_folder}\nline: {{port: {ports.sakhi}, manager_port: {ports.manager}}}\n"
    )
    settings = load(folder / "config.yaml")
    begin(settings, Group("ujala", "उजाला समूह", 100_00, 3, 50_000_00))
    with opened(settings) as ledger:
        sunita = ledger.add_member(1, "सुनीता", phones=[NUMBER])
        ledger.set_pin(sunita.id, "1234")
        ledger.set_consent(sunita.id, agreed=False)
    return folder


@pytest.fixture(scope="module")
def settings(home: Path) -> Settings:
    return load(home / "config.yaml")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory, home: Path, ports: Ports) -> Iterator[Path]:
    try:
        with asterisk(tmp_path_factory.mktemp("asterisk"), ports), line(home) as written:
            yield written
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")


def test_a_member_hears_her_balance_by_keys(
    log: Path, settings: Settings, ports: Ports, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.wav"
    turns = (
        (Line("identity.is_it_you", {"name": "सुनीता"}), "keys:1"),
        (Line("phone.choose"), "keys:1"),
        (Line("identity.pin"), "keys:1234#"),
        (Line("balance.again"), "keys:2"),
        (Line("phone.again"), "keys:7"),
    )
    with wiring.voice(settings) as voice:
        assert call(ports, NUMBER, heard, *talk(voice, tmp_path, *turns), "end") == "200"
        recorded = sound_of(heard)
        for said in (
            Line("menu.welcome", {"group": "उजाला समूह"}),
            Line("identity.is_it_you", {"name": "सुनीता"}),
            Line("balance.savings", {"name": "सुनीता", "total": 0}),
            Line("balance.no_loan"),
        ):
            audio = voice.speak(said).audio.resampled(8000)
            assert mostly_alike(audio.samples, recorded) > AS_SENT, said.key
    until(lambda: "we hung up" in log.read_text())


def test_a_hangup_frees_the_line_and_the_books(
    log: Path, settings: Settings, ports: Ports, tmp_path: Path
) -> None:
    assert call(ports, NUMBER, tmp_path / "heard.wav", "wait:2") == "200"
    until(lambda: "the caller hung up" in log.read_text())
    with opened(settings) as ledger:
        assert [voucher.entry for voucher in ledger.vouchers] == []


def test_the_log_tells_no_number_no_name_and_no_pin(log: Path) -> None:
    written = log.read_text()
    assert [word for word in (NUMBER, "सुनीता", "1234#", "1234 ") if word in written] == []

"""`sakhi console`, `sakhi kiosk` and `sakhi balance`: talk by typing, or by voice at the kiosk."""

import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from secrets import token_hex
from typing import Any

import click
from rich.console import Console

from flows.balance import balance as balance_flow
from flows.identity import Caller
from flows.meeting import meeting
from flows.menu import menu
from flows.practice import practice
from flows.talk import Talk
from flows.turn import HungUp, Turn
from ivr import wiring
from ivr.books import opened
from ivr.channel import Channel, converse
from ivr.clips import Clips, FolderClips
from ivr.commands.common import Refused, settings_of
from ivr.console import ConsoleChannel
from ivr.keyboard import Keyboard
from ivr.kiosk import KioskWire, SoundLost, SoundTrouble, no_keys
from ivr.meter import Meter
from ivr.naming import names_of, tell_unsaid
from ivr.sections import Settings
from ivr.spoken import SpokenChannel
from ivr.voice import beep
from speech.synthesizer import SynthesisFailed
from speech.vosk import ModelBroken, ModelMissing
from store.ledger import Ledger

KINDS = ("menu", "meeting", "balance", "practice")

kind_option = click.option(
    "--talk", "kind", type=click.Choice(KINDS), default="menu", show_default=True, help="What to talk about."
)
group_option = click.option("--group", help="Whose books; not needed where there is one group.")
headset_option = click.option(
    "--headset", is_flag=True, help="The loudspeaker can't reach the microphone: prompts may be talked over."
)


@click.command()
@kind_option
@group_option
@click.pass_context
def console(ctx: click.Context, kind: str, group: str | None) -> None:
    """Talk by typing.

    Digits are keys, * repeats, *0 helps, *9 stops, *7 undoes; an empty line is silence, Ctrl-D hangs up.
    """
    _type(settings_of(ctx), kind, group)


@click.command()
@kind_option
@group_option
@headset_option
@click.pass_context
def kiosk(ctx: click.Context, kind: str, group: str | None, headset: bool) -> None:
    """Talk at the microphone and loudspeaker of this machine.

    The digits of the keyboard are keys too, Enter is #, Ctrl-D hangs up.
    """
    _speak(settings_of(ctx), kind, group, headset)


@click.command()
@click.option("--typed", is_flag=True, help="By typing, without sound.")
@group_option
@headset_option
@click.pass_context
def balance(ctx: click.Context, typed: bool, group: str | None, headset: bool) -> None:
    """Let a member hear her savings and her loan."""
    if typed:
        _type(settings_of(ctx), "balance", group)
    else:
        _speak(settings_of(ctx), "balance", group, headset)


def _type(settings: Settings, kind: str, group: str | None) -> None:
    with plain_errors(), opened(settings, group) as ledger:
        talk = new_talk(ledger.now(), "console")
        converse(_flow(kind, talk, ledger, settings), ConsoleChannel(Console(highlight=False)), talk)


def _speak(settings: Settings, kind: str, group: str | None, headset: bool) -> None:
    with plain_errors(), opened(settings, group) as ledger:
        tell_unsaid(settings, names_of(ledger))
        clips = FolderClips(settings.clips / ledger.group.id)
        with kiosk_channel(settings, clips, headset) as channel:
            talk = new_talk(ledger.now(), "kiosk", settings.evidence.keeps_for)
            converse(_flow(kind, talk, ledger, settings), channel, talk)


@contextmanager
def kiosk_channel(settings: Settings, clips: Clips, headset: bool) -> Iterator[Channel]:
    """The microphone and loudspeaker of this machine. Raises what `plain_errors` makes plain."""
    with wiring.voice(settings) as voice:
        session = wiring.recognizer(settings).session()
        voice.warm()
        with _keypad() as pressed, Meter(Console(highlight=False)) as meter:
            wire = KioskWire(settings.kiosk, pressed, hears_itself=not headset)
            cue = beep(wire.rate)
            yield SpokenChannel(
                wire, voice, session, settings, observer=meter, screen=meter, cue=cue, clips=clips
            )


def new_talk(now: datetime, name: str, keeps_for: int = 0) -> Talk:
    """A talk with an id that no other has, over the channel of that name, which keeps sound for some days."""
    return Talk(f"{now:%Y%m%d%H%M%S}-{token_hex(4)}", name, keeps_for=keeps_for)


def _flow(kind: str, talk: Talk, ledger: Ledger, settings: Settings) -> Coroutine[Turn, Any, None]:
    if kind == "meeting":
        return meeting(talk, ledger)
    if kind == "practice":
        return practice(talk, ledger)
    caller = Caller(spoken_pin=settings.pin.spoken)
    return balance_flow(talk, ledger, caller) if kind == "balance" else menu(talk, ledger, caller)


@contextmanager
def _keypad() -> Iterator[Callable[[], str]]:
    """The keyboard's digits, where there is a keyboard."""
    if not sys.stdin.isatty():
        yield no_keys
        return
    keyboard = Keyboard(sys.stdin.fileno())
    try:
        yield keyboard.pressed
    finally:
        keyboard.close()


@contextmanager
def plain_errors() -> Iterator[None]:
    """What can go wrong with sound, and a talk that is broken off, as one clear line."""
    try:
        yield
    except (
        SoundTrouble,
        SoundLost,
        ModelMissing,
        ModelBroken,
        SynthesisFailed,
    ) as error:
        raise Refused(str(error)) from error
    except (HungUp, KeyboardInterrupt):
        click.echo("sakhi: broken off; what was confirmed is written, start again to go on", err=True)

"""`sakhi line`: answer the telephone."""

import asyncio
import logging
import os
import signal

import click

from ivr import wiring
from ivr.commands.common import Refused, settings_of
from ivr.line.service import LineService
from ivr.line.talks import Talks
from ivr.sections import Settings
from speech.synthesizer import SynthesisFailed
from speech.vosk import ModelBroken, ModelMissing

SECRET = "SAKHI_MANAGER_SECRET"


@click.command()
@click.pass_context
def line(ctx: click.Context) -> None:
    """Answer the telephone, until told to stop with Ctrl-C or by the system.

    Asterisk brings the calls; docs/line.md tells how to set it up. The secret of its manager's user is taken
    from the environment, as SAKHI_MANAGER_SECRET.
    """
    secret = os.environ.get(SECRET, "")
    if not secret:
        raise Refused(
            f"{SECRET} is not set: it is the secret of the manager's user in Asterisk's manager.conf"
        )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        _serve(settings_of(ctx), secret)
    except (ModelMissing, ModelBroken, SynthesisFailed) as error:
        raise Refused(str(error)) from error


def _serve(settings: Settings, secret: str) -> None:
    with wiring.voice(settings) as voice:
        talks = Talks(settings, wiring.recognizer(settings), voice)
        voice.warm()
        asyncio.run(_until_told(LineService(settings.line, secret, talks.answer)))


async def _until_told(service: LineService) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await service.run(stop)

"""`sakhi line`: answer the telephone."""

import asyncio
import logging
import math
import signal

import click

from ivr import wiring
from ivr.backup.state import seconds_old
from ivr.books import call_queue, now
from ivr.commands.common import PlainErrors, Refused, settings_of
from ivr.commands.line_install import install
from ivr.commands.line_status import status
from ivr.line import metrics
from ivr.line.campaign import Campaign
from ivr.line.dialler import Dialler
from ivr.line.health import Health, told
from ivr.line.secret import NoSecret, secret_of
from ivr.line.service import LineService
from ivr.line.speaking import GOODBYE, frames
from ivr.line.talks import Talks
from ivr.retention import daily
from ivr.sections import Settings
from ivr.shelf import Shelf
from speech.synthesizer import SynthesisFailed
from speech.vosk import ModelBroken, ModelMissing
from store.calls import CallQueue
from store.errors import BooksError


@click.group(cls=PlainErrors, invoke_without_command=True)
@click.pass_context
def line(ctx: click.Context) -> None:
    """Answer the telephone, until told to stop with Ctrl-C or by the system.

    Asterisk brings the calls; `sakhi line install` sets it up, and docs/line.md tells the rest. The secret of
    its manager's user is SAKHI_MANAGER_SECRET in the environment, or stands in the file `line.secret_file`.
    """
    if ctx.invoked_subcommand is not None:
        return
    settings = settings_of(ctx)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        _serve(settings, secret_of(settings.line.secret_file))
    except (NoSecret, ModelMissing, ModelBroken, SynthesisFailed) as error:
        raise Refused(str(error)) from error


line.add_command(install)
line.add_command(status)


def _serve(settings: Settings, secret: str) -> None:
    health, queue = Health(settings.data), call_queue(settings)
    metrics.queued.set_function(lambda: _waiting(queue))
    metrics.backup_age.set_function(lambda: seconds_old(settings, now()))
    with told(health, settings.line.status_host, settings.line.status_port), wiring.voice(settings) as voice:
        shelf = Shelf(settings)
        campaign = Campaign(settings, shelf, queue, now)
        talks = Talks(settings, wiring.recognizer(settings), voice, shelf, campaign)
        voice.warm()
        health.model = True
        service = LineService(
            settings.line,
            secret,
            talks.answer,
            health,
            unanswered=talks.call_back,
            goodbye=frames(voice, GOODBYE).astype("<i2").tobytes(),
            dialler=lambda line: Dialler(settings.outbound, campaign, line),
        )
        with daily(talks.tidy):
            asyncio.run(_until_told(service))


def _waiting(queue: CallQueue) -> float:
    """How many calls are to be made; not a number when that can't be read now."""
    try:
        return sum(task.open for task in queue.tasks())
    except BooksError:
        return math.nan


async def _until_told(service: LineService) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await service.run(stop)

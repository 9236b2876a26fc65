"""The `sakhi` command."""

from pathlib import Path

import click

from ivr.commands.account import account
from ivr.commands.books import books
from ivr.commands.call import call
from ivr.commands.clips import clips
from ivr.commands.common import PlainErrors
from ivr.commands.demo import demo
from ivr.commands.doctor import doctor
from ivr.commands.group import group
from ivr.commands.line import line
from ivr.commands.loan import loan
from ivr.commands.member import member
from ivr.commands.model import model
from ivr.commands.registers import registers
from ivr.commands.talk import balance, console, kiosk
from ivr.commands.train import train
from ivr.commands.voice import voice
from ivr.commands.worker import worker


@click.group(cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The config file; else $SAKHI_CONFIG, ./config.yaml, or the one that came with Sakhi.",
)
@click.version_option(package_name="bol-sakhi", prog_name="sakhi")
def main(config: Path | None) -> None:
    """Bol Sakhi: the meeting, the savings and the books of a self-help group, by voice."""


# Each command joins here.
main.add_command(console)
main.add_command(kiosk)
main.add_command(balance)
main.add_command(line)
main.add_command(call)
main.add_command(worker)
main.add_command(group)
main.add_command(member)
main.add_command(loan)
main.add_command(clips)
main.add_command(registers)
main.add_command(books)
main.add_command(account)
main.add_command(demo)
main.add_command(doctor)
main.add_command(model)
main.add_command(train)
main.add_command(voice)


if __name__ == "__main__":
    main(prog_name="sakhi")

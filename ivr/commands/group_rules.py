"""`sakhi group rules`: what a group agreed on, shown or changed."""

from dataclasses import replace

import click

from ivr.amounts import figures
from ivr.books import opened
from ivr.commands.common import Refused, settings_of
from ivr.commands.posting import RupeesType
from store.people import Group

ANSWERS = {"yes": True, "no": False}


@click.command()
@click.argument("group_id", metavar="GROUP")
@click.option("--saving", type=RupeesType(), help="Usual saving of a member a meeting, in rupees.")
@click.option("--quorum", type=click.IntRange(1, 99), help="Members a meeting needs.")
@click.option("--cap", type=RupeesType(), help="Largest amount one entry may have, in rupees.")
@click.option(
    "--voluntary",
    type=click.Choice(list(ANSWERS)),
    help="Whether members may save more than agreed, and withdraw that.",
)
@click.option(
    "--treasury",
    type=click.Choice(list(ANSWERS)),
    help="Whether the meeting asks for other income, expenses and bank slips.",
)
@click.pass_context
def rules(
    ctx: click.Context,
    group_id: str,
    saving: int | None,
    quorum: int | None,
    cap: int | None,
    voluntary: str | None,
    treasury: str | None,
) -> None:
    """Show the rules of GROUP, or change those that are named."""
    with opened(settings_of(ctx), group_id) as ledger:
        kept = ledger.group
        changed = replace(
            kept,
            saving=saving or kept.saving,
            quorum=quorum or kept.quorum,
            cap=cap or kept.cap,
            voluntary=kept.voluntary if voluntary is None else ANSWERS[voluntary],
            treasury=kept.treasury if treasury is None else ANSWERS[treasury],
        )
        if changed.saving > changed.cap:
            raise Refused(
                f"a saving of {figures(changed.saving)} rupees is above the cap of {figures(changed.cap)}; "
                "raise --cap or lower --saving"
            )
        if changed != kept:
            ledger.update_group(changed)
        for line in _told(changed):
            click.echo(line)


def _told(group: Group) -> list[str]:
    return [
        f"{group.name}: a member saves {figures(group.saving)} rupees a meeting",
        f"a meeting needs {group.quorum} members; one entry has at most {figures(group.cap)} rupees",
        f"voluntary savings: {'taken' if group.voluntary else 'not taken'}; the meeting "
        f"{'asks' if group.treasury else 'does not ask'} for other income, expenses and bank slips",
    ]

"""`sakhi group rules`: what a group agreed on is shown and changed."""

from pathlib import Path

from account_kit import commands, group_of_three, look, refused, written

from store.people import Group


def test_rules_are_changed_one_by_one_and_shown(tmp_path: Path) -> None:
    settings, run = group_of_three(tmp_path), commands(tmp_path, "group", "rules", "ujala")
    written(
        run(),
        "saves 100.00 rupees a meeting",
        "needs 1 members",
        "at most 50,000.00",
        "savings: taken; the meeting does not ask",
    )
    written(run("--voluntary", "no", "--cap", "1,00,000", "--quorum", "7", "--saving", "150.50"), "not taken")
    written(run("--treasury", "yes"), "the meeting asks for other income, expenses and bank slips")
    changed = Group("ujala", "उजाला समूह", 150_50, 7, 1_00_000_00, treasury=True)
    assert look(settings, lambda ledger: ledger.group) == changed
    refused(run("--cap", "150"), "a saving of 150.50 rupees is above the cap of 150.00")
    assert look(settings, lambda ledger: ledger.group) == changed

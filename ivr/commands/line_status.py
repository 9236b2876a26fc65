"""`sakhi line status`: how the telephone line is, for the technician."""

import json
import math
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException

import click
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from rich.table import Table

from ivr.commands.common import Refused, settings_of
from ivr.doctor_backup import hours
from ivr.line.health import Report
from ivr.sections import Line

PATIENCE = 5.0
"""Seconds that the line has to answer."""


@dataclass(frozen=True, slots=True)
class _Figures:
    """What `/metrics` told: values by name and labels."""

    values: dict[tuple[str, tuple[tuple[str, str], ...]], float]

    def sum(self, name: str, **labels: str) -> float:
        """The sum of all that have this name and these labels among theirs."""
        wanted = labels.items()
        return sum(
            value
            for (each, has), value in self.values.items()
            if each == name and wanted <= dict(has).items()
        )

    def split(self, name: str, label: str) -> dict[str, float]:
        """The sums by the values of one label, the largest first."""
        found: dict[str, float] = {}
        for (each, has), value in self.values.items():
            if each == name and value:
                key = dict(has)[label]
                found[key] = found.get(key, 0.0) + value
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def within(self, name: str, part: float) -> str:
        """The bound of the histogram within which this part of its values lies, in seconds."""
        counts = {
            dict(has)["le"]: value for (each, has), value in self.values.items() if each == f"{name}_bucket"
        }
        whole = max(counts.values(), default=0.0)
        if not whole:
            return "-"
        bound = next(bound for bound, count in counts.items() if count >= part * whole)
        return "longer" if bound == "+Inf" else f"{float(bound):.1f} s"


@click.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Show how the telephone line is. Exit code 1 when it can't do its work."""
    line = settings_of(ctx).line
    report = _report(line)
    figures = _figures(line)
    table = Table(show_header=False, box=None)
    for what, found in (*_now(report, figures), *_so_far(figures)):
        table.add_row(what, found)
    Console().print(table)
    sys.exit(0 if report["ok"] else 1)


def _now(report: Report, figures: _Figures) -> Iterator[tuple[str, str]]:
    yield "line", "in order" if report["ok"] else "NOT in order"
    yield "takes calls", "yes" if report["open"] else "no"
    yield "Asterisk's manager", "connected" if report["manager"] else "not connected"
    yield "ears and voice", "loaded" if report["model"] else "not loaded yet"
    yield "free disk", f"{report['disk_free_mib']} MiB"
    yield "last event of Asterisk's", report["last_event"] or "none"
    yield "calls that go on", f"{report['calls']}; {figures.sum('sakhi_calls_admitted'):.0f} may talk at once"
    yield "calls to be made", f"{figures.sum('sakhi_calls_queued'):.0f}"
    age = figures.sum("sakhi_backup_age_seconds")
    yield "last good backup", "none" if math.isnan(age) else f"{hours(timedelta(seconds=age))} old"


def _so_far(figures: _Figures) -> Iterator[tuple[str, str]]:
    yield "calls that ended", _listed(figures.split("sakhi_calls_total", "end"))
    waits = (figures.within("sakhi_turn_latency_seconds", part) for part in (0.5, 0.95))
    yield "she waits for us (half, 95 %)", ", ".join(waits)
    heard = figures.sum("sakhi_heard_seconds_total")
    part = figures.sum("sakhi_recognition_seconds_total") / heard if heard else 0.0
    yield "listening takes", f"{part:.0%} of the time that calls last"
    yield "answers", _listed(figures.split("sakhi_answers_total", "came"))
    yield "prompts she interrupted", f"{figures.sum('sakhi_barge_ins_total'):.0f}"
    late, lost = figures.sum("sakhi_late_frames_total"), figures.sum("sakhi_lost_frames_total")
    yield "frames late, lost", f"{late:.0f}, {lost:.0f}"
    yield "connections refused", _listed(figures.split("sakhi_refused_connections_total", "why"))
    yield "manager was connected", f"{figures.sum('sakhi_manager_connects_total'):.0f} times"


def _listed(found: dict[str, float]) -> str:
    return ", ".join(f"{value:.0f} {what}" for what, value in found.items()) or "none"


def _report(line: Line) -> Report:
    report: Report = json.loads(_got(line, "health"))
    return report


def _figures(line: Line) -> _Figures:
    families = text_string_to_metric_families(_got(line, "metrics").decode())
    samples = (sample for family in families for sample in family.samples)
    return _Figures({(each.name, tuple(each.labels.items())): each.value for each in samples})


def _got(line: Line, what: str) -> bytes:
    """Raises Refused where nobody answers."""
    host, port = line.status_host, line.status_port
    try:
        with closing(HTTPConnection(host, port, timeout=PATIENCE)) as asked:
            asked.request("GET", f"/{what}")
            return asked.getresponse().read()
    except (OSError, HTTPException) as error:
        raise Refused(f"nobody answers at {host}:{port} ({error}): is `sakhi line` running?") from error

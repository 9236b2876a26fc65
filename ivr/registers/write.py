"""A group's registers into a folder, in the form asked for."""

from collections.abc import Sequence
from pathlib import Path

from ivr.registers.files import write_csv, write_xlsx
from ivr.registers.pdf import write_pdf
from ivr.registers.sheet import Letterhead, Sheet

FORMS = ("csv", "xlsx", "pdf")


def write_all(sheets: Sequence[Sheet], form: str, folder: Path, head: Letterhead) -> Sequence[Path]:
    """Write registers as one of `FORMS`: CSV a file each, XLSX and PDF one file; the files made.

    Raises OSError; a file that was there is whole or untouched.
    """
    if form == "csv":
        paths = [folder / f"{head.group_id}-{sheet.kind}.csv" for sheet in sheets]
        for sheet, path in zip(sheets, paths, strict=True):
            write_csv(sheet, path)
        return paths
    path = folder / f"{head.group_id}-{'registers' if len(sheets) > 1 else sheets[0].kind}.{form}"
    if form == "xlsx":
        write_xlsx(sheets, path)
    else:
        write_pdf(sheets, path, head)
    return [path]

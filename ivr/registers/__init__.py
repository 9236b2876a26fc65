"""The registers as people read them: on the terminal, as CSV for Excel, as a workbook, or printed.

Money comes in paise and is shown in rupees; headings stand in Hindi, in English, or in both.
"""

from ivr.registers.cells import grouped, rupees
from ivr.registers.files import write_csv, write_xlsx
from ivr.registers.pdf import write_pdf
from ivr.registers.sheet import Leaf, Letterhead, Sheet, Title, letterhead, sheet_of
from ivr.registers.terminal import show
from ivr.registers.words import LANGUAGES, Language
from ivr.registers.write import FORMS, write_all

__all__ = [
    "FORMS",
    "LANGUAGES",
    "Language",
    "Leaf",
    "Letterhead",
    "Sheet",
    "Title",
    "grouped",
    "letterhead",
    "rupees",
    "sheet_of",
    "show",
    "write_all",
    "write_csv",
    "write_pdf",
    "write_xlsx",
]

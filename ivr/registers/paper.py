"""A4 paper with the group's name on every sheet, and text on it that joins Devanagari letters as it should.

Devanagari is not drawn letter by letter: HarfBuzz (uharfbuzz) chooses and places the shapes of the font, so
that क् and ष become क्ष and ि stands before its consonant. So that the text can be searched and copied all the
same, each run carries its characters as ActualText (PDF 32000-1, 14.9.4).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import cache
from importlib import resources

from fpdf import FPDF

from ivr.registers.cells import shown
from ivr.registers.sheet import Letterhead, Title
from ivr.registers.words import words

FONT = "NotoSansDevanagari"
MARGIN = 12.0
_TOP = 25.0
_GREY = 110
_PAGES = "{pages}"
_POINT = 25.4 / 72
LINE = 1.45
"""Height of a line, as a multiple of the size of its letters: the marks above and below need it."""


class Paper(FPDF):
    """Sheets that begin with a letterhead and end with their number. All lengths are millimetres."""

    def __init__(self, head: Letterhead) -> None:
        super().__init__(format="A4", unit="mm")
        self._letterhead = head
        self._of: Title | None = None
        fonts = resources.files("ivr") / "registers" / "fonts"
        for style, name in (("", "Regular"), ("B", "Bold")):
            with resources.as_file(fonts / f"{FONT}-{name}.ttf") as path:
                self.add_font(FONT, style, path)
        self.set_text_shaping(True, direction="ltr", script="deva", language="hin")
        self.set_margins(MARGIN, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self.alias_nb_pages(_PAGES)
        self.set_title(head.group)
        self.set_lang("hi")
        self.set_creation_date(datetime.combine(head.printed_on, time(), UTC))
        self.measured = cache(self._measured)

    def begin(self, title: Title, wide: bool) -> None:
        """A new sheet of this register, landscape when `wide`."""
        self._of = title
        self.add_page("landscape" if wide else "portrait")

    def header(self) -> None:
        """The group, the register and the period: fpdf2 asks for it on each sheet."""
        head = self._letterhead
        assert self._of is not None
        self.write_line(MARGIN, 8, head.group, 13, bold=True)
        self.write_line(MARGIN, 14.5, " / ".join(self._of.lines), 11, bold=True)
        self.right(8, f"{self.word('period')}: {shown(head.since)} – {shown(head.until)}", 8)
        self.right(14.5, f"{self.word('printed_on')}: {shown(head.printed_on)}", 8)
        self.line(MARGIN, 22, self.w - MARGIN, 22)
        self.set_y(_TOP)

    def footer(self) -> None:
        """Which sheet of how many."""
        y, size = self.h - 9, 8.0
        text, of = f"{self.word('page')} {self.page_no()} / ", self.measured("0000", size, False)
        self.write_line(self.w - MARGIN - of - self.measured(text, size, False), y, text, size, grey=True)
        self.set_xy(self.w - MARGIN - of, y)
        self.cell(of, size * _POINT * LINE, _PAGES)  # known at the end only

    def word(self, key: str) -> str:
        """One of the words of the form."""
        return words("paper", key).told(self._letterhead.language)

    @property
    def room(self) -> float:
        """How wide the sheet is between its margins."""
        return float(self.w) - 2 * MARGIN

    @property
    def fresh(self) -> float:
        """How much may be written on a fresh sheet, from top to bottom."""
        return self.bottom - _TOP

    @property
    def bottom(self) -> float:
        """Down to where may be written."""
        return float(self.h) - 13

    def right(self, y: float, text: str, size: float) -> None:
        """A line that ends at the right margin."""
        self.write_line(self.w - MARGIN - self.measured(text, size, False), y, text, size, grey=True)

    def write_line(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, grey: bool = False
    ) -> None:
        """One line of text, its top left at x and y."""
        if not text:
            return
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(_GREY if grey else 0)
        if text.isascii():
            self.text(x, y + size * _POINT * 1.07, text)  # needs no joining, and is drawn much faster
            return
        self.set_xy(x, y)
        with self._spelt(text):
            self.cell(0, size * _POINT * LINE, text)

    @contextmanager
    def _spelt(self, text: str) -> Iterator[None]:
        self._out(f"/Span << /ActualText <FEFF{text.encode('utf-16-be').hex().upper()}> >> BDC")
        yield
        self._out("EMC")

    def _measured(self, text: str, size: float, bold: bool) -> float:
        self.set_font(FONT, "B" if bold else "", size)
        return float(self.get_string_width(text))

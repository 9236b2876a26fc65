"""The registers on paper: forms to be signed, kept in a file and taken to the bank."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ivr.registers.cells import is_number, shown
from ivr.registers.files import whole
from ivr.registers.layout import Widths, column_widths, parts, shared, wrapped
from ivr.registers.paper import LINE, MARGIN, Paper
from ivr.registers.sheet import Leaf, Letterhead, Sheet, Title

_POINT = 25.4 / 72
_SIZE, _SMALL = 9.0, 7.5
_PAD = 1.2
_LONGEST = 45.0
_PORTRAIT, _LANDSCAPE = 210 - 2 * MARGIN, 297 - 2 * MARGIN
_OFFICE = ("president", "secretary", "treasurer")
_A_SHEET_EACH = ("proceedings", "passbook", "dcb")
"""Registers of which each leaf is handed out or signed by itself."""


def write_pdf(sheets: Sequence[Sheet], path: Path, head: Letterhead) -> None:
    """The registers as A4 sheets, one after the other. Raises OSError; `path` is whole or untouched."""
    paper = Paper(head)
    for sheet in sheets:
        _Printed(paper, sheet).draw()
    with whole(path) as unfinished:
        paper.output(unfinished)


class _Printed:
    """A register being drawn."""

    def __init__(self, paper: Paper, sheet: Sheet) -> None:
        self.paper, self.sheet = paper, sheet
        lines = [line for leaf in sheet.leaves for line in leaf.lines]
        self.numeric = [any(is_number(line[at]) for line in lines) for at in range(len(sheet.columns))]
        self.size = _SIZE
        self.widths = self._wanted()
        if sum(one.least for one in self.widths) > _PORTRAIT:
            self.size = _SMALL
            self.widths = self._wanted()
        self.wide = sum(one.least for one in self.widths) > _PORTRAIT or self._crowded()

    def _crowded(self) -> bool:
        """Whether on a narrow sheet too much would break."""
        return sum(one.best for one in self.widths) > 1.5 * _PORTRAIT

    def _wanted(self) -> list[Widths]:
        """What each column needs for its rows, and for its heading and totals, which are bold."""
        plain, bold = partial(self._measure, bold=False), partial(self._measure, bold=True)
        totals = [leaf.total for leaf in self.sheet.leaves if leaf.total]
        wanted = []
        for at, title in enumerate(self.sheet.columns):
            rows = [shown(row[at]) for leaf in self.sheet.leaves for row in leaf.rows]
            body = column_widths(rows, plain, 2 * _PAD, _LONGEST)
            top = column_widths([*title.lines], bold, 2 * _PAD, _LONGEST)
            end = column_widths([shown(total[at]) for total in totals], bold, 2 * _PAD, _LONGEST)
            least = max(body.least, top.least, end.least)
            wanted.append(Widths(least, max(least, body.best, end.best)))
        return wanted

    def _measure(self, text: str, bold: bool) -> float:
        return self.paper.measured(text, self.size, bold)

    @property
    def _line(self) -> float:
        return self.size * _POINT * LINE

    def draw(self) -> None:
        self._sheet()
        if not self.sheet.leaves:
            self._nothing()
        for number, leaf in enumerate(self.sheet.leaves):
            if number and self.sheet.kind in _A_SHEET_EACH:
                self._sheet()
            self._leaf(leaf)
            if self.sheet.kind in _A_SHEET_EACH or number == len(self.sheet.leaves) - 1:
                self._signed(leaf)

    def _sheet(self) -> None:
        self.paper.begin(self.sheet.title, self.wide)

    def _need(self, height: float) -> None:
        if self.paper.get_y() + height > self.paper.bottom:
            self._sheet()

    def _leaf(self, leaf: Leaf) -> None:
        self._about(leaf)
        if not leaf.lines:
            self._nothing()
        else:
            least = [one.least for one in self.widths]
            together = [title.over for title in self.sheet.columns]
            split = parts(least, self.sheet.fixed, together, self.paper.room)
            for columns in split:
                self._table(leaf, columns, whole=len(split) > 1)
        self.paper.set_y(self.paper.get_y() + 4)

    def _nothing(self) -> None:
        self.paper.write_line(MARGIN, self.paper.get_y(), self.paper.word("nothing"), _SIZE)
        self.paper.set_y(self.paper.get_y() + self._line)

    def _about(self, leaf: Leaf) -> None:
        """Whose or what this is: label and value, in two columns."""
        told = [
            (" / ".join(title.lines), shown(cell))
            for title, cell in zip(self.sheet.heads, leaf.about, strict=True)
            if cell not in (None, "")
        ]
        half = (self.paper.room - 4) / 2
        for left in range(0, len(told), 2):
            pairs = [self._pair(*one, half) for one in told[left : left + 2]]
            height = max(len(lines) for _, lines in pairs) * _SIZE * _POINT * LINE
            self._need(height + (12 * self._line if left == 0 else 0))
            top = self.paper.get_y()
            for at, (label, lines) in enumerate(pairs):
                x = MARGIN + at * (half + 4)
                self.paper.write_line(x, top, label, _SIZE, grey=True)
                for row, line in enumerate(lines):
                    y = top + row * _SIZE * _POINT * LINE
                    self.paper.write_line(x + self._label(label), y, line, _SIZE, bold=True)
            self.paper.set_y(top + height)
        if told:
            self.paper.set_y(self.paper.get_y() + 1.5)

    def _label(self, label: str) -> float:
        return self.paper.measured(label, _SIZE, False) + 2.5

    def _pair(self, label: str, text: str, room: float) -> tuple[str, list[str]]:
        measure = partial(self.paper.measured, size=_SIZE, bold=True)
        return label, wrapped(text, max(15.0, room - self._label(label)), measure)

    def _table(self, leaf: Leaf, columns: Sequence[int], whole: bool) -> None:
        """Some of the columns; a table `whole` or short does not break when it fits on a fresh sheet."""
        widths = shared([self.widths[at] for at in columns], self.paper.room)
        titles = [self.sheet.columns[at] for at in columns]
        rows = []
        for line in leaf.lines:
            texts = zip((shown(line[at]) for at in columns), widths, strict=True)
            cells = [self._wrap(text, width, line is leaf.total) for text, width in texts]
            rows.append((cells, max(map(len, cells)) * self._line + _PAD))
        height = sum(high for _, high in rows) + 6 * self._line
        if height < self.paper.fresh * (1 if whole else 0.4):
            self._need(height)
        self._need(self._line * 8)
        self._headings(titles, widths)
        for (cells, high), line in zip(rows, leaf.lines, strict=True):
            if self.paper.get_y() + high > self.paper.bottom:
                self._sheet()
                self._headings(titles, widths)
            self._row(cells, widths, high, [self.numeric[at] for at in columns], line is leaf.total)
        self.paper.set_y(self.paper.get_y() + 2)

    def _wrap(self, text: str, width: float, bold: bool) -> list[str]:
        return wrapped(text, width - 2 * _PAD + 0.01, partial(self._measure, bold=bold))

    def _headings(self, titles: Sequence[Title], widths: Sequence[float]) -> None:
        self.paper.set_fill_color(228)
        if any(title.over for title in titles):
            self._over(titles, widths)
        cells = [
            [part for text in title.lines for part in self._wrap(text, width, True)]
            for title, width in zip(titles, widths, strict=True)
        ]
        height = max(map(len, cells)) * self._line + _PAD
        self._row(cells, widths, height, [False] * len(cells), True, fill=True)

    def _over(self, titles: Sequence[Title], widths: Sequence[float]) -> None:
        """The line above the headings: the day of a meeting over its columns."""
        groups: list[tuple[str, float]] = []
        for title, width in zip(titles, widths, strict=True):
            if groups and title.over and groups[-1][0] == title.over:
                groups[-1] = (title.over, groups[-1][1] + width)
            else:
                groups.append((title.over, width))
        cells = [self._wrap(over, width, True) for over, width in groups]
        height = max(map(len, cells)) * self._line + _PAD
        self._row(cells, [width for _, width in groups], height, [False] * len(cells), True, fill=True)

    def _row(
        self,
        cells: Sequence[Sequence[str]],
        widths: Sequence[float],
        height: float,
        numeric: Sequence[bool],
        bold: bool,
        fill: bool = False,
    ) -> None:
        x, y = MARGIN, self.paper.get_y()
        for lines, width, to_right in zip(cells, widths, numeric, strict=True):
            self.paper.rect(x, y, width, height, style="DF" if fill else "D")
            for row, text in enumerate(lines):
                indent = width - _PAD - self._measure(text, bold) if to_right else _PAD
                top = y + _PAD / 2 + row * self._line
                self.paper.write_line(x + indent, top, text, self.size, bold=bold)
            x += width
        self.paper.set_y(y + height)

    def _signed(self, leaf: Leaf) -> None:
        """Room for the members who were here, and for those who keep the books."""
        if self.sheet.kind == "proceedings":
            self._decisions()
        if leaf.signers:
            self._thumbs(leaf)
        self._need(24)
        y, third = self.paper.get_y() + 16, self.paper.room / len(_OFFICE)
        for at, office in enumerate(_OFFICE):
            x = MARGIN + at * third
            self.paper.line(x, y, x + third - 12, y)
            self.paper.write_line(x, y + 0.5, self.paper.word(office), _SIZE)
        self.paper.set_y(y + 8)

    def _decisions(self) -> None:
        """Ruled lines for what is decided and was not spoken to Sakhi."""
        self._need(40)
        self.paper.write_line(MARGIN, self.paper.get_y(), self.paper.word("decisions"), _SIZE, bold=True)
        y = self.paper.get_y() + 12
        for line in range(4):
            self.paper.line(MARGIN, y + 7 * line, self.paper.w - MARGIN, y + 7 * line)
        self.paper.set_y(y + 25)

    def _thumbs(self, leaf: Leaf) -> None:
        """A box a member: name above, room for a signature or a thumb below."""
        self._need(30)
        self.paper.write_line(MARGIN, self.paper.get_y(), self.paper.word("signed"), _SIZE, bold=True)
        self.paper.set_y(self.paper.get_y() + 6)
        across = 4
        width, height = self.paper.room / across, 18.0
        for first in range(0, len(leaf.signers), across):
            self._need(height)
            y = self.paper.get_y()
            for at, (number, name) in enumerate(leaf.signers[first : first + across]):
                x = MARGIN + at * width
                self.paper.rect(x, y, width, height)
                named = f"{number}. {name}" if number is not None else name
                measure = partial(self.paper.measured, size=8.0, bold=False)
                for row, text in enumerate(wrapped(named, width - 2 * _PAD, measure)):
                    self.paper.write_line(x + _PAD, y + 0.5 + row * 4, text, 8)
            self.paper.set_y(y + height)

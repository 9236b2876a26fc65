"""Registers on paper: letters joined as Devanagari is written, words that can be found, whole sheets."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
import uharfbuzz
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from ivr.registers import Leaf, Letterhead, Sheet, Title, rupees, write_pdf
from ivr.registers.paper import FONT

HEAD = Letterhead("ujala", "उजाला समूह", date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 2), "both")
LIST = Sheet("savings", Title(("बचत", "Savings")), (Title(("नाम", "Name")), Title(("रुपये", "Rupees"))), ())
Outline = tuple[object, ...]
"""How a glyph is drawn."""


def printed(tmp_path: Path, *sheets: Sheet, head: Letterhead = HEAD) -> PdfReader:
    write_pdf(sheets, tmp_path / "r.pdf", head)
    return PdfReader(tmp_path / "r.pdf")


def names(*told: str, **more: object) -> Sheet:
    """A register with those names."""
    leaf = Leaf(tuple((name, rupees(1_23_456_50)) for name in told))
    return replace(LIST, leaves=(leaf,), **more)  # type: ignore[arg-type]


def runs(page: PageObject) -> Iterator[tuple[str, str, bytes]]:
    """What each piece of Devanagari says, in which font, and the codes that are drawn for it."""
    said, font, codes = "", "", b""
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        match operator:
            case b"BDC":
                said, codes = str(operands[1]["/ActualText"]), b""
            case b"Tf":
                font = str(operands[0])
            case b"Tj":
                text = operands[0]
                codes += text if isinstance(text, bytes) else text.original_bytes
            case b"EMC":
                yield said, font, codes
            case _:
                pass


def said(page: PageObject) -> list[str]:
    return [text for text, _, _ in runs(page)]


def outlines(font: TTFont, glyphs: list[int]) -> list[Outline]:
    shapes, order, drawn = font.getGlyphSet(), font.getGlyphOrder(), []
    for glyph in glyphs:
        pen = DecomposingRecordingPen(shapes)
        shapes[order[glyph]].draw(pen)
        drawn.append(tuple(pen.value))
    return drawn


def drawn(page: PageObject, text: str) -> list[Outline]:
    """The outlines on the page for that text, in the order in which they are drawn."""
    (_, font, codes) = next(run for run in runs(page) if run[0] == text)
    kept = page["/Resources"]["/Font"][font]["/DescendantFonts"][0].get_object()  # type: ignore[index]
    glyph_of = kept["/CIDToGIDMap"].get_data()
    embedded = TTFont(io.BytesIO(kept["/FontDescriptor"]["/FontFile2"].get_data()))
    cids = [int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)]
    return outlines(embedded, [int.from_bytes(glyph_of[2 * cid : 2 * cid + 2]) for cid in cids])


@cache
def font_file() -> bytes:
    return (resources.files("ivr") / "registers" / "fonts" / f"{FONT}-Regular.ttf").read_bytes()


def shaped(text: str) -> list[Outline]:
    """The outlines that HarfBuzz chooses for the text."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script, buffer.language = "ltr", "deva", "hin"
    uharfbuzz.shape(uharfbuzz.Font(uharfbuzz.Face(font_file())), buffer)
    return outlines(TTFont(io.BytesIO(font_file())), [info.codepoint for info in buffer.glyph_infos])


def letter(sign: str) -> Outline:
    """A sign as it stands alone in the font."""
    font = TTFont(io.BytesIO(font_file()))
    return outlines(font, [font.getGlyphID(font.getBestCmap()[ord(sign)])])[0]


WORDS = (
    *("कि", "क्षमा", "त्रिपाठी", "श्रीवास्तव", "स्वाति", "ज्ञानेश्वरी", "विद्या", "शक्ति", "रुक्मिणी", "रूपा", "द्रौपदी"),
    *(
        "ज़रीना ख़ातून",
        "फ़ोन",
        "लड़की",
        "पढ़ाई",
        "हिंदी",
        "हाँ",
        "कार्यवाही",
        "उज्ज्वला",
        "अन्नपूर्णा",
        "ब्राह्मणी",
        "छुट्टी",
        "ऋण",
    ),
)


def test_every_word_is_drawn_with_the_glyphs_that_harfbuzz_chooses(tmp_path: Path) -> None:
    (page,) = printed(tmp_path, names(*WORDS)).pages
    for word in WORDS:
        assert drawn(page, word) == shaped(word), word


def test_the_sign_of_i_stands_before_its_consonant(tmp_path: Path) -> None:
    (page,) = printed(tmp_path, names("कि")).pages
    sign, consonant = drawn(page, "कि")
    assert consonant == letter("क")
    assert sign != consonant


@pytest.mark.parametrize(
    ("text", "glyphs"), [("क्ष", 1), ("त्र", 1), ("ज्ञ", 1), ("श्र", 1), ("स्व", 2), ("रु", 1), ("रू", 1)]
)
def test_a_conjunct_is_not_drawn_letter_by_letter(tmp_path: Path, text: str, glyphs: int) -> None:
    (page,) = printed(tmp_path, names(text)).pages
    assert len(drawn(page, text)) == glyphs < len(text) + (text == "स्व")
    assert letter("\u094d") not in drawn(page, text)


def test_ru_and_roo_are_two_shapes(tmp_path: Path) -> None:
    (page,) = printed(tmp_path, names("रु", "रू")).pages
    assert drawn(page, "रु") != drawn(page, "रू")


def test_the_font_has_every_character_of_the_forms() -> None:
    forms = (resources.files("ivr") / "registers" / "headings.yaml").read_text(encoding="utf-8")
    known = TTFont(io.BytesIO(font_file())).getBestCmap()
    assert {sign for sign in forms + "₹–—’0123456789" if sign != "\n" and ord(sign) not in known} == set()


def test_names_can_be_searched_and_amounts_are_grouped_as_in_india(tmp_path: Path) -> None:
    (page,) = printed(tmp_path, names("बिमला कृष्णमूर्ति", "राधा")).pages
    assert {"बिमला कृष्णमूर्ति", "राधा"} <= set(said(page))
    text = page.extract_text()
    assert "राधा" in text
    assert "1,23,456.50" in text


def test_each_sheet_has_the_group_the_register_the_period_the_headings_and_its_number(tmp_path: Path) -> None:
    pages = printed(tmp_path, names(*(f"सदस्य {at}" for at in range(150)))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        here = said(page)
        assert here[:2] == ["उजाला समूह", "बचत / Savings"]
        assert "अवधि / Period: 01-04-2026 – 31-03-2027" in here
        assert "छपने की तारीख / Printed on: 02-04-2027" in here
        assert {"नाम", "रुपये", f"पृष्ठ / Page {number} / "} <= set(here)
        assert page.extract_text().rstrip().endswith(f"{number} / {len(pages)}")
        assert page.mediabox.width == pytest.approx(595.28, abs=0.01)
    told = [text for page in pages for text in said(page) if text.startswith("सदस्य ")]
    assert told == [f"सदस्य {at}" for at in range(150)]


def test_the_office_bearers_sign_the_last_sheet(tmp_path: Path) -> None:
    pages = printed(tmp_path, names(*(f"सदस्य {at}" for at in range(80)))).pages
    assert [("अध्यक्ष / President" in said(page)) for page in pages] == [False] * (len(pages) - 1) + [True]


def test_a_name_without_end_is_broken_and_not_lost(tmp_path: Path) -> None:
    name = "गृहलक्ष्मीअन्नपूर्णेश्वरीविन्ध्यवासिनीदेवीश्रीवास्तव" * 5
    (page,) = printed(tmp_path, names("राधा", name)).pages
    here = said(page)
    assert "".join(here[here.index("राधा") + 1 :]).startswith(name)
    assert name not in here


def test_a_year_of_meetings_is_parted_over_landscape_sheets_with_the_names_on_each(tmp_path: Path) -> None:
    days = [date(2026, 4, 6) + timedelta(weeks=week) for week in range(52)]
    columns = [Title(("नाम", "Name"))]
    for day in days:
        columns += [Title(("उप.", "Here"), f"{day:%d-%m-%Y}"), Title(("बचत", "Saved"), f"{day:%d-%m-%Y}")]
    row = ("राधा", *("उ / P", rupees(100_00)) * len(days))
    sheet = Sheet("attendance", Title(("उपस्थिति",)), tuple(columns), (Leaf((row, row)),), fixed=1)
    pages = printed(tmp_path, sheet).pages
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    text = "".join(page.extract_text() for page in pages)
    assert [text.count(f"{day:%d-%m-%Y}") for day in days[1:-2]] == [1] * (len(days) - 3)
    tables = sum(said(page).count("नाम") for page in pages)
    assert sum(said(page).count("राधा") for page in pages) == 2 * tables > 4


def test_what_a_page_is_about_stands_above_its_rows(tmp_path: Path) -> None:
    told = replace(
        names("राधा"), heads=(Title(("ऋण", "Loan")), Title(("उद्देश्य", "Purpose")), Title(("कारण", "Reason")))
    )
    leaf = replace(told.leaves[0], about=("L1", "बकरी " * 40, None))
    (page,) = printed(tmp_path, replace(told, leaves=(leaf,))).pages
    here = said(page)
    assert "ऋण / Loan" in here
    assert sum(text.count("बकरी") for text in here) == 40
    assert "कारण / Reason" not in here
    assert "L1" in page.extract_text()


def test_the_proceedings_have_room_for_decisions_and_for_every_hand(tmp_path: Path) -> None:
    leaf = Leaf((("राधा", rupees(1)),), signers=((1, "राधा"), (None, "m9")))
    sheet = replace(LIST, kind="proceedings", leaves=(leaf, leaf))
    pages = printed(tmp_path, sheet).pages
    assert len(pages) == 2
    for page in pages:
        assert {"प्रस्ताव और निर्णय / Resolutions and decisions", "1. राधा"} <= set(said(page))
        assert "m9" in page.extract_text()


@pytest.mark.parametrize(
    ("language", "nothing"),
    [("hi", "इस अवधि में कुछ नहीं है।"), ("en", "There is nothing in this period.")],
)
def test_an_empty_register_says_so_in_the_language_asked_for(
    tmp_path: Path, language: str, nothing: str
) -> None:
    head = replace(HEAD, language=language)  # type: ignore[arg-type]
    (page,) = printed(tmp_path, replace(LIST, title=Title(("बचत",))), head=head).pages
    assert nothing in [*said(page), *page.extract_text().splitlines()]
    assert ("Period" in page.extract_text()) == (language == "en")
    assert ("अवधि" in page.extract_text()) == (language == "hi")


def test_several_registers_are_one_file_each_on_sheets_of_its_own(tmp_path: Path) -> None:
    pages = printed(tmp_path, names("राधा"), names("सीता", title=Title(("ऋण", "Loans")))).pages
    assert ["राधा" in said(page) for page in pages] == [True, False]
    assert ["ऋण / Loans" in said(page) for page in pages] == [False, True]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "r.pdf").mkdir()
    with pytest.raises(OSError, match=r"r\.pdf"):
        write_pdf([LIST], tmp_path / "r.pdf", HEAD)
    assert [path.name for path in tmp_path.iterdir()] == ["r.pdf"]

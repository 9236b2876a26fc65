"""The members' CSV file: everything wrong in it is named, by line and column."""

import codecs
from pathlib import Path

import pytest

from ivr.listing import BadListing
from ivr.members import read_members, same_names, shared_phones
from store.people import Newcomer

HEADING = "number,name,spoken,phones,pin,consent\n"
SAMPLE = Path(__file__).resolve().parent.parent / "docs" / "members.csv"


def listing(folder: Path, text: str) -> Path:
    path = folder / "members.csv"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(BadListing) as caught:
        read_members(listing(folder, text))
    return caught.value.problems


def test_the_sample_that_ships_is_good() -> None:
    members = read_members(SAMPLE)
    assert [member.number for member in members] == [1, 2, 3, 4, 5]
    assert members[2] == Newcomer(3, "Radha Kumari", "राधा", ("9876543210", "9876543212"), "0583", True)
    assert members[4] == Newcomer(5, "Kamla Bai", "कमला", (), None, False)


def test_columns_in_any_order_with_semicolons_and_a_mark_as_excel_saves_them(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    text = (
        'name;number;consent;pin;phones;spoken\r\nसुनीता;१;हाँ;०१२३;"+91 98765 43210;09876543211";\r\n;;;;;\r\n'
    )
    path.write_bytes(codecs.BOM_UTF8 + text.encode())
    assert read_members(path) == (Newcomer(1, "सुनीता", "सुनीता", ("9876543210", "9876543211"), "0123", True),)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,Gita,गीता,,,yes", "line 2, column number: 'x' is not a member's number; write 1 to 99"),
        ("0,Gita,गीता,,,yes", "line 2, column number: '0' is not a member's number"),
        ("1.0,Gita,गीता,,,yes", "line 2, column number: '1.0' is not a member's number"),
        ("1,,गीता,,,yes", "line 2, column name: is empty; write her name"),
        ("1,Gita,,,,yes", "line 2, column spoken: 'Gita' is not in Hindi letters"),
        ("1,Gita,गीता १,,,yes", "line 2, column spoken: 'गीता १' is not in Hindi letters"),
        ("1,Gita,गीता,12345,,yes", "line 2, column phones: '12345' is not a mobile number"),
        ("1,Gita,गीता,1234567890,,yes", "line 2, column phones: '1234567890' is not a mobile number"),
        ("1,Gita,गीता,,123,yes", "line 2, column pin: is not four digits; in Excel"),
        ("1,Gita,गीता,,,perhaps", "line 2, column consent: 'perhaps' is neither yes nor no"),
        ("1,Gita,गीता,,,yes,more", "line 2, has more cells than headings"),
        ('1,"Gita,गीता,,,yes', "line 2: unexpected end of data; mend the quotes there"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, row: str, said: str) -> None:
    (problem,) = problems(tmp_path, HEADING + row)
    assert problem.startswith(said)


def test_every_bad_cell_is_named_at_once(tmp_path: Path) -> None:
    said = problems(tmp_path, f"{HEADING}0,,गीता,,,yes\n2,Gita,गीता,,,yes\n\n3,Rita,रीता,5,x,\n")
    assert [problem.split(":")[0] for problem in said] == [
        "line 2, column number",
        "line 2, column name",
        "line 5, column phones",
        "line 5, column pin",
    ]


def test_a_pin_is_never_shown(tmp_path: Path) -> None:
    assert "78901" not in "".join(problems(tmp_path, f"{HEADING}1,Gita,गीता,,78901,yes"))


def test_a_number_listed_twice_names_both_lines(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"{HEADING}1,Gita,गीता,,,yes\n1,Rita,रीता,,,yes\n")
    assert problem == "line 3, column number: 1 is also on line 2; change one"


def test_a_missing_and_an_unknown_column_are_named(tmp_path: Path) -> None:
    said = problems(tmp_path, "number,name,spoken,phone,pin,consent\n1,Gita,गीता,,,yes\n")
    assert said[0] == "line 1: the column 'phones' is missing; add it"
    assert said[1].startswith("line 1: there is no column 'phone'; the columns are number, name")


@pytest.mark.parametrize("text", ["", HEADING, HEADING + ",,,,,\n"])
def test_a_file_that_lists_nobody_is_refused(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


def test_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_bytes((HEADING + "1,Gita,गीता,,,yes\n").encode("utf-16"))
    with pytest.raises(BadListing, match="CSV UTF-8"):
        read_members(path)


def test_shared_names_and_phones_are_told() -> None:
    (notice,) = same_names([(3, "गीता"), (1, "गीता"), (2, "रीता"), (9, "गीता")])
    assert notice.startswith("members 1, 3 and 9 are all called गीता: Sakhi calls each by her number")
    (notice,) = shared_phones([(1, ("9876543210",)), (2, ("9876543210", "9876543211"))])
    assert notice.startswith("the phone 9876543210 is used by members 1 and 2")


def test_a_name_spelled_in_two_ways_is_one_name() -> None:
    (notice,) = same_names([(1, "चाँदनी"), (2, "चांदनी")])
    assert "1 and 2 are all called चाँदनी" in notice

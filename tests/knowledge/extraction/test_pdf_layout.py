"""Columns, tables and running lines of PDF pages, whatever the order they were drawn in."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import wrap

from knowledge.extraction import Extracted, Raw, extract
from tests.knowledge.papers import form, lines, pdf

FOREST = (
    "The town owns forests of 614 hectares and looks after them with nine foresters, who plant "
    "oaks on the southern slopes each autumn. Last year they felled 2870 cubic metres of wood, "
    "mostly trees that the bark beetle had killed before they could be saved."
)
WATER = (
    "The dam of the pond is 182 metres long and its repair will cost seven million crowns, of "
    "which the region pays a half. Three sensors watch the level and send what they measure to "
    "the control room every fifteen minutes, by day and by night."
)
SCHOOL = (
    "Schools in the district receive sensors of air quality, which are fitted in the summer by "
    "a company from the neighbouring town. Parents can look at the values on a web page that "
    "anybody may open and that is renewed each hour."
)

Row = tuple[int, int, int, str]


def columns(*texts: str, xs: tuple[int, ...], width: int, top: int = 700) -> list[Row]:
    """Draw columns line by line across the page, as many layout programs do."""
    wrapped = [wrap(text, width) for text in texts]
    return [
        (x, top - 13 * at, 10, line)
        for at, row in enumerate(zip_longest(*wrapped))
        for x, line in zip(xs, row, strict=True)
        if line
    ]


def read(*pages: list[Row], turned: int = 0) -> Extracted:
    body = pdf(*(lines(*page) for page in pages), turned=turned)
    return extract(Raw(body=body, name="x.pdf"))


def parts(found: Extracted) -> list[tuple[tuple[str, ...], str]]:
    return [(section.path, section.text) for section in found.sections]


def test_two_columns_drawn_across_are_read_one_after_the_other() -> None:
    heading = [(60, 730, 18, "Forests and water in the town of Lhotka and around")]

    found = read(heading + columns(FOREST, WATER, xs=(60, 320), width=44))

    assert found.title == heading[0][3]
    assert parts(found) == [((), f"{FOREST}\n\n{WATER}")]


def test_three_columns_are_read_one_after_the_other() -> None:
    found = read(columns(FOREST, WATER, SCHOOL, xs=(40, 220, 400), width=31))

    assert parts(found) == [((), f"{FOREST}\n\n{WATER}\n\n{SCHOOL}")]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    half = WATER.index("which")
    left, right = f"{FOREST} {WATER[:half].strip()}", f"{WATER[half:]} {SCHOOL}"

    found = read(columns(left, right, xs=(60, 320), width=44))

    assert parts(found) == [((), f"{left} {right}")]


def test_a_heading_in_the_middle_begins_columns_anew() -> None:
    upper = columns(FOREST, WATER, xs=(60, 320), width=44)
    lower = columns(SCHOOL, FOREST, xs=(60, 320), width=44, top=450)

    found = read([*upper, (60, 480, 16, "Schools"), *lower])

    assert parts(found) == [
        ((), f"{FOREST}\n\n{WATER}"),
        (("Schools",) if found.title != "Schools" else (), f"{SCHOOL}\n\n{FOREST}"),
    ]


def test_a_side_column_does_not_cut_the_text() -> None:
    text = columns(f"{FOREST} {WATER}", xs=(60,), width=60)
    side = [
        (430, 697 - 17 * at, 8, line)
        for at, line in enumerate(
            ["Contact", "Jana Nova", "312 000 111", "Monday 8-17", "Square 1"]
        )
    ]

    drawn = sorted(text + side, key=lambda row: -row[1])

    assert parts(read(drawn)) == [
        ((), f"{FOREST} {WATER}\n\n" + "\n\n".join(row[3] for row in side))
    ]


def test_a_table_with_cells_of_several_lines_stays_a_table() -> None:
    placed = []
    y = 700
    for name, what in [
        ("Measure", ["Purpose"]),
        ("Green roofs", ["They hold rain water and", "cool the house in summer."]),
        ("Trees", ["They give shade to streets", "and places where people wait."]),
        ("Sensors", ["They tell when to water", "and what the air is like."]),
    ]:
        placed.append((60, y, 10, name))
        placed += [(220, y - 12 * at, 10, line) for at, line in enumerate(what)]
        y -= 12 * len(what) + 12

    found = read(placed)

    assert parts(found) == [
        (
            (),
            "| Measure | Purpose |\n| --- | --- |\n"
            "| Green roofs | They hold rain water and cool the house in summer. |\n"
            "| Trees | They give shade to streets and places where people wait. |\n"
            "| Sensors | They tell when to water and what the air is like. |",
        )
    ]


def test_running_lines_are_left_out_also_where_left_and_right_pages_differ() -> None:
    texts = [FOREST, WATER, SCHOOL, FOREST[::-1], WATER[::-1], SCHOOL[::-1]]
    pages = [
        [
            (60, 760, 8, "Bulletin of the town" if at % 2 else "Chapter on nature"),
            *columns(text, xs=(60,), width=70, top=640),
            (290, 30, 8, f"- {at} -"),
        ]
        for at, text in enumerate(texts, 1)
    ]

    found = read(*pages)

    assert [(section.page, section.text) for section in found.sections] == [
        (at, text) for at, text in enumerate(texts, 1)
    ]


def test_a_turned_page_is_read_as_its_reader_sees_it() -> None:
    # Of a sheet that is turned clockwise, "up" is to the left: x = 595 - height, y = along.
    drawn = columns(FOREST, WATER, xs=(60, 450), width=60, top=500)
    stream = "".join(
        f"/F1 {size} Tf 0 1 -1 0 {595 - y} {x} Tm ({text}) Tj\n" for x, y, size, text in drawn
    )

    found = extract(Raw(body=pdf(f"BT\n{stream}ET", turned=90), name="x.pdf"))

    assert parts(found) == [((), f"{FOREST}\n\n{WATER}")]


def test_what_was_filled_into_a_form_is_part_of_its_text() -> None:
    body = form(lines((50, 700, 12, "Zadost o dotaci na rok 2027 podava:")), "Jan Novak")

    found = extract(Raw(body=body, name="a.pdf"))

    assert [section.text for section in found.sections] == [
        "Zadost o dotaci na rok 2027 podava:\n\nJan Novak"
    ]

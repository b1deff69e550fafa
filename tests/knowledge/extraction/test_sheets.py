from __future__ import annotations

import io

import openpyxl
import pytest

from knowledge.extraction import Raw, extract

TREES = "| Strom v obci | Obvod |\n| --- | --- |\n| Lípa u kaple | 412 |\n| Dub | 530 |"


def read(body: bytes, name: str) -> list[str]:
    return [section.text for section in extract(Raw(body=body, name=name)).sections]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\nStrom v obci;Obvod\r\nLípa u kaple;412\r\nDub;530\r\n",
        "Strom v obci|Obvod\nLípa u kaple|412\nDub|530\n",
        'Strom v obci,Obvod\n"Lípa u kaple",412\nDub,530\n',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1250", "utf-16"])
def test_a_csv_file_is_read_however_it_was_exported(text: str, encoding: str) -> None:
    assert read(text.encode(encoding), "stromy.csv") == [TREES]


def test_a_title_above_the_table_does_not_hide_what_separates_it() -> None:
    text = f"Seznam památných stromů\n\n{'Strom v obci,Obvod'}\nLípa u kaple,412\nDub,530\n"

    assert read(text.encode(), "x.csv") == [f"Seznam památných stromů\n\n{TREES}"]


def test_commas_of_numbers_do_not_separate() -> None:
    text = "Měsíc;Srážky v obci\nleden;21,5\núnor;30,1\nbřezen;28,4\n"

    assert read(text.encode(), "x.csv") == [
        "| Měsíc | Srážky v obci |\n| --- | --- |\n"
        "| leden | 21,5 |\n| únor | 30,1 |\n| březen | 28,4 |"
    ]


def test_numbers_are_written_as_the_sheet_shows_them() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Kapitola rozpočtu obce", "Částka", "Podíl", "Kurz"])
    sheet.append(["Voda", 12450000, 0.305, 1.5])
    sheet["B2"].number_format = '#,##0 "Kč"'
    sheet["C2"].number_format = "0.0 %"
    sheet["D2"].number_format = "[$€-2] #,##0.00"
    file = io.BytesIO()
    book.save(file)

    (text,) = read(file.getvalue(), "x.xlsx")

    assert text.splitlines()[-1] == "| Voda | 12 450 000 Kč | 30,5 % | 1,5 € |"


def test_a_cell_over_several_rows_stands_in_each_of_them() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Odbor úřadu", "Linka"], ["Doprava", 311], [None, 312], ["Školství", 401]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    file = io.BytesIO()
    book.save(file)

    (text,) = read(file.getvalue(), "x.xlsx")

    assert text.splitlines()[2:] == ["| Doprava | 311 |", "| Doprava | 312 |", "| Školství | 401 |"]

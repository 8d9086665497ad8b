"""Files of tables: read as Excel saves them, and never for more than they may cost."""

import csv
import io
import json
import time
import zipfile

import pytest
import tablib
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lessons import table_files
from lessons.table_files import (
    FORMATS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNPACKED,
    Csv,
    Json,
    Spreadsheet,
    Unreadable,
)

NAMES = ["course", "number", "typed_text"]
ROWS = [NAMES, ["mini", "1", "ёжик, «да»\nвторая; строка"], ["mini", "2", '"а"']]


def workbook(**cells):
    """The bytes of a workbook with a first row of names and these cells."""
    book = Workbook()
    book.active.append(NAMES)
    for place, value in cells.items():
        book.active[place] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(book, part, change):
    """The workbook with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name).decode()
            new.writestr(name, change(data) if name == part else data)
    return file.getvalue()


def sheet(body, **options):
    """A workbook whose sheet holds this XML in place of its rows."""
    part = "xl/worksheets/sheet1.xml"
    start = workbook(**options)
    return changed(start, part, lambda xml: xml.replace("</sheetData>", f"{body}</sheetData>"))


SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def with_strings(body, strings):
    """The same, with this part of shared strings."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet(body))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            kind = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED}"/>'
            new.writestr(name, old.read(name).decode().replace("</Types>", f"{kind}</Types>"))
        new.writestr("xl/sharedStrings.xml", strings)
    return file.getvalue()


SST = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>'


def cells(dataset):
    return [dataset.headers, *map(list, dataset)]


def refused(file_format, data):
    began = time.process_time()
    with pytest.raises(Unreadable) as error:
        FORMATS[file_format]().create_dataset(data)
    assert time.process_time() - began < 3
    return str(error.value)


def text(**options):
    file = io.StringIO()
    csv.writer(file, **options).writerows(ROWS)
    return file.getvalue()


EXCEL = {
    "CSV UTF-8": text(delimiter=";").encode("utf-8-sig"),
    "CSV UTF-8 of an English Excel": text().encode("utf-8-sig"),
    "CSV": text(delimiter=";").encode("cp1251"),
    "Unicode text": text(delimiter="\t").encode("utf-16"),
    "Unicode text, big-endian": b"\xfe\xff" + text(delimiter="\t").encode("utf-16-be"),
    "Unicode text without a mark, big-endian": text(delimiter="\t").encode("utf-16-be"),
    "Unicode text without a mark": text(delimiter="\t").encode("utf-16-le"),
    "with a hint": ("sep=;\r\n" + text(delimiter=";")).encode(),
    "lines of an old Mac": text(delimiter=";", lineterminator="\r").encode(),
    "lines of Unix": text(lineterminator="\n").encode(),
    "every cell quoted": text(delimiter=";", quoting=csv.QUOTE_ALL).encode("cp1251"),
}


@pytest.mark.parametrize("way", EXCEL)
def test_csv_is_read_however_excel_saved_it(way):
    assert cells(Csv().create_dataset(EXCEL[way])) == ROWS


@pytest.mark.parametrize("coding", ["cp866", "mac_cyrillic", "koi8_r", "utf-32"])
def test_csv_in_another_coding_is_told_which_to_save(coding):
    rows = (
        text(delimiter=";").replace("«", '"').replace("»", '"').replace('"', "")
        + "mini;3;Привет, мир. Это проба"
    )
    assert "CSV UTF-8" in refused("csv", rows.encode(coding))


@pytest.mark.parametrize("typed", ["für die Tür", "déjà vu"])
def test_western_csv_is_not_taken_for_russian(typed):
    assert "CSV UTF-8" in refused("csv", f"course;number;typed_text\r\nmini;1;{typed}\r\n".encode("cp1252"))


def test_csv_with_what_no_database_takes_is_explained():
    assert "UTF-8" in refused("csv", b"course,title_ru\r\nru,a\0b\r\n")


def test_csv_with_an_open_quotation_mark_is_explained():
    assert "quotation marks" in refused("csv", b'course,number\r\nmini,"1\r\n')


def test_csv_begins_with_a_byte_order_mark():
    data = Csv().export_data(tablib.Dataset(*ROWS[1:], headers=NAMES))
    assert (
        data.startswith(b"\xef\xbb\xbf")
        and list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == ROWS
    )


@pytest.mark.parametrize(
    "cell", ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "'=1", "''-", "'", "''", "'quoted'"]
)
def test_csv_holds_no_formulas_and_gives_every_cell_back(cell):
    data = Csv().export_data(tablib.Dataset(["mini", "1", cell], headers=NAMES))
    shown = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1][2]
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert Csv().create_dataset(data)[0][2] == cell


@pytest.mark.parametrize("file_format", FORMATS)
@settings(max_examples=30)
@given(typed=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1))
def test_every_format_gives_back_what_it_was_given(file_format, typed):
    writer = FORMATS[file_format]()
    if file_format == "xlsx":
        typed = "".join(sign for sign in typed if sign not in "\ufffe\uffff")
    rows = [["mini", "1", typed + "|"]]
    data = writer.export_data(tablib.Dataset(*rows, headers=NAMES))
    assert [list(map(str, row)) for row in writer.create_dataset(data)] == rows


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(workbook(XFD20000="x"), id="a cell far out"),
        pytest.param(workbook(A1048576="x"), id="a cell far below"),
        pytest.param(workbook(XFD1="x"), id="columns far out"),
        pytest.param(
            sheet('<row r="1000000000000"><c r="A1000000000000"><v>1</v></c></row>'), id="a row of 10^12"
        ),
        pytest.param(sheet("<row/>" * 200_000), id="rows of nothing"),
        pytest.param(sheet("<row>" + "<c/>" * 400_000 + "</row>"), id="cells of nothing"),
        pytest.param(sheet("<x>" * 400_000), id="elements without end"),
        pytest.param(
            changed(
                workbook(),
                "xl/workbook.xml",
                lambda xml: xml.replace(
                    "</sheets>",
                    "".join(
                        f'<sheet name="s{n}" sheetId="{n}" r:id="rId1" '
                        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
                        for n in range(2, 5000)
                    )
                    + "</sheets>",
                ),
            ),
            id="one sheet 5000 times",
        ),
        pytest.param(
            with_strings(
                "".join(f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 3 + "</row>" for row in range(2, 900)),
                SST.format("long" * 1000),
            ),
            id="one long text in every cell",
        ),
        pytest.param(
            changed(
                workbook(),
                "xl/worksheets/sheet1.xml",
                lambda xml: xml.replace(
                    "</sheetData>",
                    '</sheetData><conditionalFormatting sqref="'
                    + "A1:XFD1048576 " * 500_000
                    + '"><cfRule type="expression" priority="1"><formula>1</formula></cfRule>'
                    + "</conditionalFormatting>",
                ),
            ),
            id="one format in half a million places",
        ),
    ],
)
def test_a_workbook_that_would_cost_too_much_is_refused_at_once(file):
    assert len(file) < 200_000
    assert "large" in refused("xlsx", file) or "columns" in refused("xlsx", file)


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/x.xml", b"0" * (MOST_UNPACKED + 1))
    assert "too large" in refused("xlsx", file.getvalue())


def test_a_workbook_packed_in_an_unusual_way_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "save it as xlsx again" in refused("xlsx", file.getvalue())


@pytest.mark.parametrize("said", ["A1:XFD1048576", "A1", "B2:B2"])
def test_what_a_sheet_says_of_its_size_does_not_matter(said):
    book = changed(
        workbook(A2="mini", B2=1, C2="ab"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace('ref="A1:C2"', f'ref="{said}"'),
    )
    assert cells(Spreadsheet().create_dataset(book)) == [NAMES, ["mini", 1, "ab"]]


def test_shared_strings_are_read():
    book = with_strings('<row r="2"><c r="A2" t="s"><v>0</v></c></row>', SST.format("mini"))
    assert cells(Spreadsheet().create_dataset(book)) == [NAMES, ["mini", "", ""]]


def test_rows_of_nothing_between_lessons_are_passed_over():
    assert len(Spreadsheet().create_dataset(workbook(A2="mini", A40="mini", XFD30=""))) == 2
    assert len(Csv().create_dataset(b"course;number;x\r\n;;\r\nmini;1;\r\n\r\n;;\r\n")) == 1


@pytest.mark.parametrize(
    "book",
    [
        pytest.param(changed(workbook(), "xl/workbook.xml", lambda xml: xml[:60]), id="cut off"),
        pytest.param(changed(workbook(), "xl/workbook.xml", lambda xml: "<workbook/>"), id="without sheets"),
        pytest.param(sheet('<row r="x"/>'), id="a row of no number"),
        pytest.param(
            sheet('<row r="2"><c r="A2" t="s"><v>77</v></c></row>'), id="a string that is not there"
        ),
        pytest.param(
            sheet(f'<row r="2"><c r="A2"><v>{"9" * 5000}</v></c></row>'), id="a number of 5000 digits"
        ),
        pytest.param(sheet('<row r="2"><c r="A2" t="d"><v>soon</v></c></row>'), id="a date that is none"),
        pytest.param(
            with_strings(
                '<row r="2"><c r="A2" t="s"><v>0</v></c></row>',
                '<!DOCTYPE x [<!ENTITY a "mini">]>' + SST.format("&a;"),
            ),
            id="entities",
        ),
    ],
)
def test_a_broken_workbook_is_explained(book):
    assert "save it as xlsx again" in refused("xlsx", book)


JSON = {
    "nested": b"[" * 100_000,
    "digits": b'[{"number": ' + b"9" * 5000 + b"}]",
    "no list": b'{"course": "mini"}',
    "no objects": b"[1]",
    "other columns": b'[{"course": "mini"}, {"number": 1}]',
    "a list in a cell": b'[{"course": ["mini"]}]',
    "half a sign": rb'[{"course": "\ud800"}]',
    "rows": json.dumps([{"course": 1}] * (MOST_ROWS + 1)).encode(),
    "columns": json.dumps([{f"c{n}": 1 for n in range(MOST_COLUMNS + 1)}]).encode(),
    "latin": "[\u00fc]".encode("latin-1"),
}


@pytest.mark.parametrize("file", JSON.values(), ids=JSON)
def test_json_that_is_no_table_is_explained(file):
    assert refused("json", file)


def test_json_goes_by_names_not_by_places():
    rows = b'\xef\xbb\xbf[{"course": "mini", "number": 1}, {"number": 2, "course": "mini"}]'
    assert cells(Json().create_dataset(rows)) == [["course", "number"], ["mini", 1], ["mini", 2]]


def test_a_row_with_more_cells_than_columns_is_explained():
    assert "Row 3" in refused("csv", b"a;b\r\n1;2\r\n1;2;3\r\n")


def test_a_course_of_the_largest_size_is_read(monkeypatch):
    rows = [["mini", str(number), "text"] for number in range(1, MOST_ROWS + 1)]
    for file_format in FORMATS.values():
        data = file_format().export_data(tablib.Dataset(*rows, headers=NAMES))
        assert len(file_format().create_dataset(data)) == MOST_ROWS
    assert table_files.MOST_ELEMENTS > MOST_ROWS * 25 * 4

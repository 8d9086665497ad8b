"""Tables as files, xlsx, csv and json: written so that Excel shows what is meant, and read with everything counted.

A file is a stranger's: nothing in it, neither a number nor a cell's address, decides how much memory is taken.
"""

import csv
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO, StringIO
from itertools import islice
from pathlib import PurePath
from typing import Any, Final
from xml.parsers import expat

import tablib
from django.utils.translation import gettext as _
from import_export.formats import base_formats
from openpyxl import Workbook, load_workbook

MOST_ROWS: Final = 1000
"""Below the names of the columns; a lesson's number has three digits in addresses."""
MOST_COLUMNS: Final = 64
MOST_CHARACTERS: Final = 2_000_000
"""In all cells together: a workbook may name one long text in each of them."""
MOST_UNPACKED: Final = 10_000_000
"""Bytes a workbook may unpack to."""
MOST_ELEMENTS: Final = 300_000
"""Of XML in all parts of a workbook: some three a cell, and its styles."""
MOST_SHEETS: Final = 20
MOST_PARTS: Final = 1000
"""Files in a workbook."""
SHORT: Final = 100
MOST_IN_LONG: Final = 200_000
"""Characters that an attribute in a workbook usually has, and that all longer ones may have together."""

Rows = Iterable[Iterable[Any]]


class Unreadable(ValueError):
    """A file that is not read; carries a sentence that says why and what to do."""


class TableFormat(base_formats.Format):
    """A kind of file as django-import-export asks for it; `create_dataset` takes bytes and raises Unreadable."""

    title = ""
    content_type = ""

    def __init__(self, encoding: str | None = None) -> None:
        """`encoding` is for formats that don't find it out themselves."""

    def get_title(self) -> str:
        return self.title

    def get_content_type(self) -> str:
        return self.content_type


class Spreadsheet(TableFormat):
    """XLSX whose cells are what they say: a text that begins with "=" is no formula."""

    title = "xlsx"
    content_type = base_formats.XLSX.CONTENT_TYPE

    def export_data(self, dataset: tablib.Dataset, **options: Any) -> bytes:
        book = Workbook()
        sheet = book.active
        sheet.freeze_panes = "A2"
        for index, row in enumerate([dataset.headers, *dataset], 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(index, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        try:
            _count_workbook(in_stream)
            book = load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
            sheet = book.active
            # What a sheet says of its own size is often wrong.
            sheet.reset_dimensions()
            return _dataset(sheet.iter_rows(values_only=True))
        except Unreadable:
            raise
        except Exception as error:
            # openpyxl and zipfile raise nearly anything for a file that is broken.
            raise _broken() from error


class Csv(TableFormat):
    """CSV as Excel opens it, and as it saves it in any of its ways."""

    title = "csv"
    content_type = "text/csv; charset=utf-8"

    def export_data(self, dataset: tablib.Dataset, **options: Any) -> bytes:
        file = StringIO()
        writer = csv.writer(file)
        writer.writerow(dataset.headers)
        writer.writerows([map(_shielded, row) for row in dataset])
        return file.getvalue().encode("utf-8-sig")

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        text = _decoded(in_stream)
        head, _newline, rest = text.partition("\n")
        if hint := re.fullmatch(r"sep=(.)\r?", head, re.IGNORECASE):
            separator, text = hint[1], rest
        else:
            # The names of columns hold none of these.
            separator = max(",;\t", key=re.split(r"[\r\n]", text.lstrip(), maxsplit=1)[0].count)
        try:
            rows = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
            return _dataset(map(_unshielded, row) for row in rows)
        except csv.Error as error:
            raise Unreadable(
                _("The quotation marks don't match. Save the table as “CSV UTF-8” or as xlsx.")
            ) from error


class Json(TableFormat):
    """JSON: a list of objects, one a row, all with the same members."""

    title = "json"
    content_type = "application/json"

    def export_data(self, dataset: tablib.Dataset, **options: Any) -> bytes:
        return json.dumps(dataset.dict, ensure_ascii=False).encode()

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        try:
            rows = json.loads(in_stream.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise Unreadable(_("This is not JSON in UTF-8 that can be read.")) from error
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unreadable(_("The JSON has to be a list of objects, one a row."))
        names = list(rows[0]) if rows else []
        for number, row in enumerate(rows, 1):
            if set(row) != set(names):
                raise Unreadable(
                    _("Row %(number)s doesn't have the columns of the first.") % {"number": number}
                )
        return _dataset([names, *([row[name] for name in names] for row in rows)])


FORMATS: Mapping[str, type[base_formats.Format]] = {"xlsx": Spreadsheet, "csv": Csv, "json": Json}


def _dataset(rows: Rows) -> tablib.Dataset:
    """The first row's names with the rows below that hold anything, as many as may be. Raises Unreadable."""
    every = iter(rows)
    names = [str(name).strip() for name in _trimmed(next(every, ()))]
    if not names or len(names) > MOST_COLUMNS or "" in names or len(set(names)) < len(names):
        raise Unreadable(
            _("The first row has to name the columns: each by a name of its own, at most %(count)s of them.")
            % {"count": MOST_COLUMNS}
        )
    dataset, characters = tablib.Dataset(headers=names), 0
    for number, row in enumerate(islice(every, MOST_ROWS + 1), 1):
        cells = _trimmed(row)
        characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        if number > MOST_ROWS or characters > MOST_CHARACTERS:
            raise Unreadable(
                _(
                    "The table is too large: at most %(rows)s rows and %(characters)s characters are read. Delete "
                    "whatever is below and beside the lessons, or split it."
                )
                % {"rows": MOST_ROWS, "characters": MOST_CHARACTERS}
            )
        if len(cells) > len(names):
            raise Unreadable(
                _("Row %(number)s has more cells than there are columns.") % {"number": number + 1}
            )
        if not all(_is_plain(cell) for cell in cells):
            raise Unreadable(
                _("Row %(number)s has a cell that is neither text nor a number.") % {"number": number + 1}
            )
        if cells:
            dataset.append([*cells, *[""] * (len(names) - len(cells))])
    return dataset


def _trimmed(row: Iterable[Any]) -> list[Any]:
    """The cells up to the last that holds anything."""
    cells = list(row)
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return cells


def _is_plain(cell: Any) -> bool:
    """Whether it is one value, and no text that no database takes."""
    if isinstance(cell, str):
        return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in cell)
    return not isinstance(cell, dict | list)


def _count_workbook(file: bytes) -> None:
    """Reads through a workbook without building anything of it. Raises Unreadable for one that is too large."""
    with zipfile.ZipFile(BytesIO(file)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _too_large()
        if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
            # Of the others, one names the memory it wants.
            raise _broken()
        counted = sheets = long = 0
        for part in parts:
            for name, attributes in _elements(archive, part):
                counted += 1
                long += sum(len(value) for value in attributes.values() if len(value) > SHORT)
                sheets += name.endswith("sheet") and PurePath(part.filename).name == "workbook.xml"
                if counted > MOST_ELEMENTS or sheets > MOST_SHEETS or long > MOST_IN_LONG:
                    raise _too_large()


def _too_large() -> Unreadable:
    return Unreadable(
        _("The workbook is too large. Copy the lessons, values only, into a new one with a single sheet.")
    )


def _elements(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[str, dict[str, str]]]:
    """The names and attributes of a part's elements, up to where it is no XML."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(part) as file:
        while data := file.read(65536):
            try:
                parser.Parse(data, False)
            except expat.ExpatError:
                data = b""
            yield from found
            found.clear()
            if not data:
                return


def _refuse_doctype(*declared: Any) -> None:
    """No workbook has one; it could declare texts that grow when they are read."""
    raise _broken()


def _broken() -> Unreadable:
    return Unreadable(_("This is not a workbook that can be read: save it as xlsx again."))


_RUSSIAN: Final = re.compile(r"[А-Яа-яЁё]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_SENSELESS: Final = re.compile(r"[ЂЃЉЊЌЋЏ\ufffd]|[a-z][а-яё]|[а-яё][a-z]", re.IGNORECASE)
"""Letters of the code page that Russian lacks, what it has no sign for, and two alphabets in a word."""
_SWAPPED: Final = re.compile(r"\b[а-яё][А-ЯЁ]{2,}")
"""Capitals for small letters and the other way round: KOI8-R."""


def _decoded(data: bytes) -> str:
    """The text of a CSV file in whatever Excel saves it as. Raises Unreadable where that would be a guess."""
    coding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        coding = "utf-16"
    elif data[1:2] == b"\0":
        coding = "utf-16-le"
    elif data[:1] == b"\0":
        coding = "utf-16-be"
    try:
        text: str | None = data.decode(coding)
    except UnicodeDecodeError:
        text = _russian(data) if coding == "utf-8-sig" else None
    if text is None or "\0" in text:
        raise Unreadable(
            _("We can't tell how this file is encoded. Save the table as “CSV UTF-8” or as xlsx.")
        )
    return text


def _russian(data: bytes) -> str | None:
    """The text in the code page of a Russian Windows; None where it would make no sense."""
    text = data.decode("cp1251", errors="replace")
    letters = [sign for sign in _LETTER.findall(text) if not sign.isascii()]
    makes_sense = len(_RUSSIAN.findall(text)) >= 0.8 * len(letters) > 0
    return text if makes_sense and not (_SENSELESS.search(text) or _SWAPPED.search(text)) else None


# A program of tables takes a cell that begins so for a formula.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def _shielded(cell: Any) -> Any:
    """The cell so that it is shown and not computed: "'=" for "="."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _unshielded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell

"""The archive of a learner: a ZIP with a JSON and a CSV file of each exported part, her files, and a README."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation

from .registry import FILES, Part, Row, exported_parts

AT_ONCE: Final = 200
"""Rows that are read together."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet takes for a formula."""
IN_MEMORY: Final = 2_000_000
"""Bytes of a CSV file, beyond which it waits on the disk until its JSON file is written."""

Tell = Callable[[int, int], object]


def write_archive(user_id: UUID, to: IO[bytes], *, language: str, now: datetime, tell: Tell) -> None:
    """Write all that is exported of a learner; `tell(rows written, rows in all)` is called again and again.

    However many rows there are, few are in memory at a time.
    """
    parts = exported_parts()
    keys = {part.name: _keys(part, user_id) for part in parts}
    progress = _Progress(sum(len(found) for found in keys.values()), tell)
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        for part in parts:
            _write_part(archive, part, keys[part.name], progress)
        files = _write_files(archive, user_id)
        with translation.override(language):
            listed = [
                {"name": part.name, "about": part.about, "count": len(keys[part.name])} for part in parts
            ]
            about = {
                "full": [one for one in listed if one["count"]],
                "empty": [one["name"] for one in listed if not one["count"]],
                "files": files,
                "now": now,
            }
            archive.writestr("README.txt", render_to_string("accounts/archive_readme.txt", about))


class _Progress:
    def __init__(self, rows: int, tell: Tell) -> None:
        self.rows, self.written, self.tell = rows, 0, tell

    def add(self, rows: int) -> None:
        self.written += rows
        self.tell(self.written, self.rows)


def _keys(part: Part, user_id: UUID) -> list[Any]:
    """The primary keys of a learner's rows, in the order of the file."""
    owned = part.model._default_manager.filter(**{part.owner: user_id})
    return list(owned.order_by(*part.order).values_list("pk", flat=True))


def rows_of(part: Part, keys: list[Any]) -> Iterator[Row]:
    """The rows with these keys, as they stand in the archive."""
    if part.rows:
        yield from part.rows(keys)
        return
    own = [name for name in part.columns if name not in part.also]
    lookups = {name: name for name in own} | dict(part.also)
    found = part.model._default_manager.filter(pk__in=keys).values_list("pk", *lookups.values())
    by_key = {key: values for key, *values in found}
    for key in keys:
        # What was deleted since is not hers any more.
        if key in by_key:
            row = dict(zip(lookups, by_key[key], strict=True))
            for name, show in part.shown.items():
                row[name] = show(row[name])
            yield row


def _write_part(archive: ZipFile, part: Part, keys: list[Any], progress: _Progress) -> None:
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as aside:
        text = io.TextIOWrapper(aside, "utf-8", newline="")
        table = csv.writer(text)
        with archive.open(f"{part.name}.json", "w", force_zip64=True) as file:
            file.write(b"[")
            is_first = True
            for start in range(0, len(keys), AT_ONCE):
                some = keys[start : start + AT_ONCE]
                for row in rows_of(part, some):
                    lines = _lines(part, row)
                    if is_first:
                        # So that spreadsheets know UTF-8 when they see it.
                        text.write("\ufeff")
                        table.writerow(next(iter(lines), row))
                    file.write(b"\n" if is_first else b",\n")
                    file.write(_json(row).encode())
                    table.writerows([_cell(value) for value in line.values()] for line in lines)
                    is_first = False
                progress.add(len(some))
            file.write(b"\n]\n")
        text.flush()
        aside.seek(0)
        with archive.open(f"{part.name}.csv", "w", force_zip64=True) as file:
            while piece := aside.read(1 << 16):
                file.write(piece)
        text.detach()


def _lines(part: Part, row: Row) -> list[Row]:
    """The lines of a row in the CSV file: one, or one for each of the list that it holds."""
    if not part.each:
        return [row]
    rest = {name: value for name, value in row.items() if name != part.each}
    return [rest | {"number": number} | one for number, one in enumerate(row[part.each], 1)]


def _cell(value: Any) -> Any:
    """A value as a CSV cell; nothing a spreadsheet would run."""
    if isinstance(value, (list, dict)):
        value = _json(value)
    elif value is not None and not isinstance(value, (str, int, float)):
        value = json.loads(_json(value))
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _write_files(archive: ZipFile, user_id: UUID) -> list[str]:
    """Put the learner's files into the archive; their names there."""
    written = []
    for files in FILES:
        for stored in files(user_id):
            if stored.shown_as and stored.storage.exists(stored.name):
                name = f"files/{stored.shown_as}"
                with stored.storage.open(stored.name) as source, archive.open(name, "w") as target:
                    while piece := source.read(1 << 16):
                        target.write(piece)
                written.append(name)
    return written

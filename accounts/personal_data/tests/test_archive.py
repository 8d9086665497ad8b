"""The archive: exact in JSON, harmless in CSV, small in memory."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.personal_data import archive
from accounts.personal_data.registry import PARTS
from progress.models import TypingSession
from tests.factories import make_learner, make_test


def written(user: User, *, language: str = "en") -> zipfile.ZipFile:
    kept = io.BytesIO()
    archive.write_archive(user.pk, kept, language=language, now=timezone.now(), tell=lambda *_: None)
    return zipfile.ZipFile(kept)


def lines(file: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read(name).decode("utf-8-sig"))))


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.text()), st.booleans()))
def test_no_cell_is_a_formula(value):
    cell = archive._cell(value)
    assert not (isinstance(cell, str) and cell.startswith(archive.FORMULA))
    if isinstance(value, str):
        assert cell in (value, f"'{value}")
    if isinstance(value, (int, float)):
        assert cell is value


@pytest.mark.django_db
def test_json_is_exact_and_csv_is_harmless():
    anna = make_learner(name='=HYPERLINK("http://evil.example")', board_name="@аня")
    file = written(anna)
    assert json.loads(file.read("account.json"))[0]["name"] == anna.name
    (line,) = lines(file, "account.csv")
    assert line["name"] == f"'{anna.name}" and line["board_name"] == "'@аня"
    assert list(line) == PARTS[User].columns
    assert json.loads(file.read("sessions.json")) == [] and file.read("sessions.csv") == b""


@pytest.mark.django_db
def test_it_is_hers_alone_and_in_order():
    anna, boris = make_learner(), make_learner("boris@example.com", name="Борис")
    now = timezone.now()
    later, first = (make_test(anna, started_at=now - timedelta(hours=hours)).pk for hours in (1, 2))
    make_test(boris)
    file = written(anna, language="ru")
    assert [one["id"] for one in lines(file, "sessions.csv")] == [str(first), str(later)]
    everything = b"".join(file.read(name) for name in file.namelist()).decode()
    assert "boris" not in everything and "Борис" not in everything and str(boris.pk) not in everything
    assert "Всё" in file.read("README.txt").decode()


@pytest.mark.django_db
def test_few_rows_are_in_memory_at_a_time(monkeypatch):
    anna, at_once, told = make_learner(), [], []
    one = make_test(anna)
    keep = {field.attname: getattr(one, field.attname) for field in TypingSession._meta.concrete_fields}
    TypingSession.objects.bulk_create(TypingSession(**(keep | {"id": uuid4()})) for _ in range(449))
    real = archive.rows_of
    monkeypatch.setattr(archive, "rows_of", lambda part, keys: at_once.append(len(keys)) or real(part, keys))
    kept = io.BytesIO()
    archive.write_archive(
        anna.pk, kept, language="en", now=timezone.now(), tell=lambda *said: told.append(said)
    )
    assert len(lines(zipfile.ZipFile(kept), "sessions.csv")) == 450
    assert max(at_once) == archive.AT_ONCE < 450 and told[-1][0] == told[-1][1] > 450

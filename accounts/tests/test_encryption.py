"""What the database holds encrypted, and that a key can be replaced by another."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from accounts.encryption import EncryptedTextField, Unreadable, current_mark, decrypt, encrypt

OLD, NEW = "old" * 12, "new" * 12


@pytest.fixture
def note(db: None) -> Iterator[type[models.Model]]:
    """A table with an encrypted column, which the migrations know nothing of."""
    with isolate_apps("accounts"):

        class Note(models.Model):
            text = EncryptedTextField(null=True)

            class Meta:
                app_label = "accounts"

        with connection.schema_editor() as editor:
            editor.create_model(Note)
        yield Note


def stored(model: type[models.Model]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text FROM {model._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_encrypted_comes_back(text):
    assert decrypt(encrypt(text)) == text


def test_the_same_text_is_kept_as_another_each_time():
    assert encrypt("+7 900") != encrypt("+7 900")


def test_what_was_changed_is_not_believed():
    kept = encrypt("+7 900")
    for changed in (kept[:-6] + "AAAAA=", "+7 900", kept.partition(":")[2], "00000000:" + kept):
        with pytest.raises(Unreadable) as error:
            decrypt(changed)
        assert "900" not in str(error.value)
        assert error.value.__suppress_context__ or error.value.__context__ is None


def test_another_key_reads_nothing_and_both_read_both(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    kept = encrypt("secret")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(Unreadable):
        decrypt(kept)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert decrypt(kept) == "secret"
    assert not kept.startswith(current_mark())
    assert encrypt("secret").startswith(current_mark())


def test_a_field_is_read_as_it_was_written_and_kept_otherwise(note):
    note.objects.bulk_create([note(text="+7 900 123"), note(text=""), note(text=None)])
    assert list(note.objects.order_by("pk").values_list("text", flat=True)) == ["+7 900 123", "", None]
    kept, empty, none = stored(note)
    assert "900" not in kept
    assert (empty, none) == ("", None)
    note.objects.filter(text__isnull=False).update(text="changed")
    assert "changed" not in "".join(filter(None, stored(note)))
    assert note.objects.order_by("pk")[1].text == "changed"


def test_nothing_is_found_by_a_field(note):
    for lookup in ("text", "text__exact", "text__contains", "text__lower__exact"):
        with pytest.raises(FieldError, match="text is encrypted"):
            note.objects.filter(**{lookup: "a"}).first()

"""One key is replaced by another, beside the running site, and the old one can go."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command

from accounts import key_rotation
from accounts.encryption import Unreadable, decrypt

from .test_encryption import NEW, OLD, note, stored  # noqa: F401

SECRET = "JBSWY3DPEHPK3PXP"


def run():
    out = StringIO()
    call_command("rotate_encryption_keys", stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def kept_by_the_old_key(settings, anna, boris):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    for user in (anna, boris):
        TOTP.activate(user, SECRET)
    codes = RecoveryCodes.activate(anna).generate_codes()
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    return codes


def test_afterwards_the_old_key_can_go(settings, anna, kept_by_the_old_key):
    recovery = Authenticator.objects.get(type="recovery_codes")
    recovery.data |= {"used_mask": 5}
    recovery.save()
    assert run() == "Encrypted anew: 3"
    assert run() == "Encrypted anew: 0"
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    apps = Authenticator.objects.filter(type="totp")
    assert [decrypt(app.data["secret"]) for app in apps] == [SECRET, SECRET]
    recovery.refresh_from_db()
    assert recovery.data["used_mask"] == 5
    assert recovery.wrap().generate_codes() == kept_by_the_old_key


def test_what_no_key_reads_is_told_and_left(settings, anna, kept_by_the_old_key):
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match="Left as they are: 3") as error:
        run()
    assert NEW not in str(error.value) and SECRET not in str(error.value)
    with pytest.raises(Unreadable):
        decrypt(Authenticator.objects.filter(type="totp")[0].data["secret"])
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert run() == "Encrypted anew: 3"


def test_columns_in_batches(settings, note, monkeypatch):  # noqa: F811
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    note.objects.bulk_create([note(text=text) for text in ("a", "b", "", None, "c", "d", "e")])
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    note.objects.create(text="already")
    rotated = key_rotation.rotate([key_rotation.EncryptedColumn(note, "text")])
    assert (rotated.done, rotated.unreadable) == (5, 0)
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    kept = list(note.objects.order_by("pk").values_list("text", flat=True))
    assert kept == ["a", "b", "", None, "c", "d", "e", "already"]
    assert "e" not in stored(note)


def test_every_encrypted_column_is_found():
    from django.apps import apps

    from accounts.encryption import EncryptedTextField

    columns = {
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField)
    }
    assert columns <= {(place.model, place.column) for place in key_rotation.places()}

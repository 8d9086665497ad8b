"""No object calls itself by what opens an account: the admin's pages, its history and logs show what `str` says."""

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from accounts.models import BrowserSession, User

from .conftest import PASSWORD

OPENING = {
    "auth",
    "client_id",
    "code",
    "data",
    "endpoint",
    "endpoint_sha256",
    "file",
    "key",
    "p256dh",
    "password",
    "payload",
    "secret",
    "session_data",
    "session_key",
    "sha256",
    "token",
    "token_secret",
}
"""Names of columns that hold, or might hold, what opens something."""
HARMLESS = {"Award", "Certificate", "Session"}
"""A badge's name, an address for everybody to see, and Django's own sessions, of which we keep none."""


def secrets_of(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if not field.is_relation and (field.name in OPENING or isinstance(field, EncryptedTextField))
    ]


MODELS = [model for model in apps.get_models() if secrets_of(model) and model.__name__ not in HARMLESS]


def filled(model: type[models.Model]) -> models.Model:
    """One that is not saved, with a secret wherever there is one."""
    one = model()
    for field in model._meta.concrete_fields:
        if isinstance(field, models.DateTimeField):
            setattr(one, field.attname, timezone.now())
    for field in secrets_of(model):
        setattr(one, field.attname, {} if isinstance(field, models.JSONField) else "pssst-hush")
    if isinstance(one, EmailConfirmation):
        one.email_address = EmailAddress(email="anna@example.com")
    return one


def test_the_models_with_secrets_are_found():
    names = {model.__name__ for model in MODELS}
    assert names >= {
        "BrowserSession",
        "Authenticator",
        "PushSubscription",
        "PhoneNumber",
        "ApiToken",
        "SocialToken",
    }
    assert names >= {"EmailConfirmation", "DataExport", "GiftCode", "User"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_none_says_its_secret(db, model):
    assert "pssst" not in str(filled(model))


def test_a_tie_with_a_browser_names_whose_it_is_and_until_when(anna):
    until = timezone.now()
    said = str(BrowserSession(session_key="a" * 32, user=anna, expire_date=until))
    assert said == f"{anna.pk}: a browser until {until:%Y-%m-%d}"


def test_the_admin_asks_without_a_list(anna, browser_of):
    browser_of(anna)
    key = BrowserSession.objects.get(user=anna).session_key
    chief = User.objects.create_superuser("chief@example.com", PASSWORD, language="en")
    page = browser_of(chief).get(f"/admin/accounts/user/{anna.pk}/delete/").text
    assert anna.email in page and key not in page and "deleted-objects" not in page

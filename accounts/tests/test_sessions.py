from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import BrowserSession

from .visits import who


@pytest.mark.django_db
@pytest.mark.parametrize("forged", ["aaaaaaaaaaaaaaaa\\000", "\u00d0\u00b0" * 16, "a.b/c'd--e;f;g'"])
def test_an_id_we_never_gave_out_is_nobodys(forged):
    client = Client(headers={"cookie": f'sessionid="{forged}"'})
    assert client.get("/settings/").status_code == 200


def test_sessions_of_before_go_on(anna, browser_of, monkeypatch):
    """The migration signs nobody out, and knows whose each is."""
    migration = import_module("accounts.migrations.0011_browser_sessions")
    monkeypatch.setattr(migration, "BATCH", 2)
    clients = [browser_of(anna) for _ in range(3)]
    for session in BrowserSession.objects.all():
        Session.objects.create(
            pk=session.pk, session_data=session.session_data, expire_date=session.expire_date
        )
    BrowserSession.objects.all().delete()
    migration.copy(apps, None)
    assert [who(client) for client in clients] == [anna] * 3
    assert anna.browser_sessions.count() == 3

"""Every route, asked for with Anna's own valid request by everybody else: nothing of hers leaves, nothing changes.

A route that is not in `tests/valid_requests.py` fails: say there what a valid request of its owner is, or why it has
no owner.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from accounts import guests, tokens
from accounts.models import User
from tests.anna import Anna, make_anna
from tests.factories import make_learner
from tests.valid_requests import API, ROUTES, Ask

pytestmark = pytest.mark.django_db
CHANGING = {"last_login", "last_seen", "last_used_at"}


def routes(resolver: Any = None, before: str = "") -> list[str]:
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + str(pattern.pattern)
        found += routes(pattern, path) if isinstance(pattern, URLResolver) else [path]
    return found


def own_routes() -> set[str]:
    return {path for path in routes() if not path.startswith(("admin/", "dev/"))}


def test_every_route_is_classified():
    assert own_routes() == set(ROUTES) | {f"api/v1/{path}" for path in API}


@pytest.fixture
def anna() -> Anna:
    cache.clear()
    return make_anna()


def everything_of(user: User) -> dict[str, str]:
    """Everything that hangs on a learner, table by table, each as JSON; asked in one query."""
    of_session = "(SELECT id FROM progress_typingsession WHERE user_id = %(user)s)"
    asked = {"User": ("accounts_user", "id = %(user)s")}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is User:
                asked[f"{model.__name__}.{field.name}"] = model._meta.db_table, f"{field.column} = %(user)s"
    asked["KeystrokeLog"] = "progress_keystrokelog", f"session_id IN {of_session}"
    asked["OpenPart"] = "progress_openpart", f"session_id IN {of_session}"
    queries = [
        f"SELECT '{name}', (SELECT jsonb_agg(of ORDER BY of) FROM (SELECT to_jsonb(row) - %(changing)s::text[] AS of"
        f' FROM "{table}" AS row WHERE {condition}) AS rows)::text'
        for name, (table, condition) in asked.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(queries), {"user": user.pk, "changing": sorted(CHANGING)})
        return dict(cursor.fetchall())


def answer(ask: Ask, user: User | None, *, is_api: bool) -> Any:
    client = Client(raise_request_exception=True)
    if is_api:
        headers = {}
        if user:
            headers["Authorization"] = f"Bearer {tokens.start_family(user, now=timezone.now()).access}"
        content = {} if ask.json is None else {"data": ask.json, "content_type": "application/json"}
        return getattr(client, ask.method)(f"/api/v1/{ask.path}", headers=headers, **content)
    if user:
        client.force_login(user, guests.BACKEND)
    return getattr(client, ask.method)(ask.path, **({} if ask.form is None else {"data": ask.form}))


ALL = [
    *(pytest.param(asks, False, id=route or "home") for route, asks in ROUTES.items() if callable(asks)),
    *(pytest.param(asks, True, id=f"api {route}") for route, asks in API.items() if callable(asks)),
]


OTHERS: dict[str, Callable[[], User | None]] = {
    "another learner": lambda: make_learner("boris@example.org", name="Boris"),
    "a guest": lambda: User.objects.create_guest(uuid.uuid4(), now=timezone.now()),
    "nobody": lambda: None,
}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written within it is not there afterwards, and nothing is remembered or counted."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("asks", "is_api"), ALL)
def test_nothing_of_hers_leaves_or_changes(anna, asks, is_api):
    """Whoever else asks; she herself is answered, so the requests are valid ones."""
    before = everything_of(anna.user)
    assert anna.user.email in before["User"] and str(anna.session.pk) in before["KeystrokeLog"]
    for who, other in OTHERS.items():
        with undone():
            asked_by_another(anna, asks(anna), other(), is_api=is_api)
            assert everything_of(anna.user) == before, who
    cache.clear()
    for ask in asks(anna):
        with transaction.atomic():
            told = answer(ask, anna.user, is_api=is_api)
        refused_on_purpose = "wrong" in str(ask.json or ask.form or "") or ask.path == "/api/nothing"
        assert refused_on_purpose or told.status_code < 400, told
        told.getvalue()  # Read to its end, a file is closed.


def asked_by_another(anna: Anna, asks: list[Ask], other: User | None, *, is_api: bool) -> None:
    for ask in asks:
        told = answer(ask, other, is_api=is_api)
        assert told.status_code < 500
        said = (b"".join(told.streaming_content) if told.streaming else told.content).decode() + str(
            told.headers
        )
        asked = f"{ask.path} {ask.json} {ask.form}"
        # What was in the request itself may be repeated.
        leaked = [secret for secret in anna.secrets if secret in said and secret not in asked]
        assert not leaked, f"{ask.method} {ask.path} told {leaked}, asked by {other}"
        if told.status_code == 200 and ask.path.count(str(anna.session.pk)):
            raise AssertionError(f"{ask.method} {ask.path} was answered, asked by {other}")


def test_nothing_of_the_admin_is_for_learners(anna):
    for path in routes():
        if path.startswith("admin/") and "<" not in path and "(" not in path and "login" not in path:
            refused = answer(Ask(f"/{path}", "post"), anna.user, is_api=False)
            assert refused.status_code in (301, 302, 403, 404), path

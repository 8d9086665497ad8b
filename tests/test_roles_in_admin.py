"""What each role reaches in the admin: every page asked for as everybody, and nothing typed shown to support."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import StaffAct, User
from coaching.models import ChatMessage, Drill
from lessons.models import TypingText
from progress.models import TypingSession
from tests.anna import Anna, make_anna
from tests.api_client import Api
from tests.factories import make_learner, make_test, signed_in
from tests.test_admin_words import make_paid, pages_of

CANARY = "КАНАРЕЙКА"
BILLING = {
    "plan",
    "checkout",
    "grant",
    "giftcode",
    "notice",
    "webhookevent",
    "stripecustomer",
    "stripesubscription",
    "stripeinvoice",
}
LOOKS: dict[str, set[str]] = {
    "nobody": set(),
    "editor": {"lessons.course", "lessons.block", "lessons.lesson"},
    "support": {
        "accounts.user",
        "progress.typingsession",
        "progress.boardentry",
        *(f"billing.{one}" for one in BILLING),
    },
}
"""The lists each role may open; an admin opens all."""
WRITES: dict[str, set[str]] = {
    "nobody": set(),
    "editor": {"lessons.course", "lessons.lesson"},
    "support": {"billing.grant", "billing.giftcode"},
}
"""What each role may add."""


@dataclass(frozen=True)
class Stage:
    anna: Anna
    staff: dict[str, Client]


@pytest.fixture
def stage(db) -> Stage:
    """A learner who typed, wished, asked and paid, a row of all the admin shows, and one of the staff of each role."""
    call_command("setup_roles")
    chief = make_learner("chief@example.com", language="en", is_staff=True)
    make_paid(make_learner("payer@example.com"), chief)
    anna, now = make_anna(), timezone.now()
    text = TypingText.of(f"{CANARY} в тексте")
    Drill.objects.create(user=anna.user, text=text, layout="ru-jcuken", made_at=now)
    ChatMessage.objects.create(user=anna.user, question=f"{CANARY} в вопросе", answer=CANARY, asked_at=now)
    for flags in ([], ["steady"]):
        make_test(
            anna.user,
            kind="drill",
            minutes=None,
            difficulty="",
            text=text,
            recorded_at=now,
            ranked=not flags,
            flags=flags,
        )
    StaffAct.objects.create(kind="admin", staff=chief.pk, role="admin", path="/admin/")
    staff = {"nobody": "plain@example.com", "editor": "editor@example.com", "support": "support@example.com"}
    people = {role: make_learner(email, language="en", is_staff=True) for role, email in staff.items()}
    for role, person in (people | {"admin": chief}).items():
        person.groups.set(Group.objects.filter(name=role))
    return Stage(anna, {role: signed_in(person) for role, person in (people | {"admin": chief}).items()})


def models() -> list[type[Model]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("role", ["nobody", "editor", "support", "admin"])
def test_every_page_of_every_model(stage, role):
    """Lists, rows, histories, adding and deleting, asked for and sent to."""
    client = stage.staff[role]
    for model in models():
        label = model._meta.label_lower
        if label == "progress.businessday":
            continue
        may_look = role == "admin" or label in LOOKS[role]
        listed = client.get(address(model, "changelist"), {"q": "a"})
        assert (listed.status_code == 200) == may_look, f"{role} {label}"
        added = client.get(address(model, "add"))
        assert (added.status_code == 200) <= (role == "admin" or label in WRITES[role]), (
            f"{role} adds {label}"
        )
        row = model._default_manager.order_by("pk").last()
        assert row is not None, f"no row of {label}"
        for page in ("change", "history"):
            shown = client.get(address(model, page, row.pk))
            assert (shown.status_code == 200) == may_look, f"{role} {label} {page}"
        if role != "admin":
            deleted = client.get(address(model, "delete", row.pk)).status_code == 200
            assert not deleted or label in WRITES["editor"] | {"lessons.block"}, f"{role} deletes {label}"
    figures = client.get("/admin/metrics/")
    assert (figures.status_code == 200) == (role == "admin")


@pytest.mark.parametrize("role", ["editor", "support"])
def test_nothing_that_was_typed_is_shown(stage, role):
    """On all pages links lead to, on each of her rows, in lists searched for it, and through the API."""
    client, told = stage.staff[role], {}
    for path, html in pages_of(client, "/admin/"):
        told[path] = html
    for model in models():
        if model._meta.label_lower not in LOOKS[role]:
            continue
        # An inclusion of a row is as good as a page of it: `q` is what the search finds.
        for query in ({}, {"q": CANARY}, {"all": ""}):
            answer = client.get(address(model, "changelist"), query, follow=True)
            told[f"{model.__name__} {query}"] = answer.content.decode().replace(f'value="{CANARY}"', "")
        for row in model._default_manager.all():
            for page in ("change", "history"):
                path = address(model, page, row.pk)
                told[path] = client.get(path, follow=True).content.decode()
    api = Api(User.objects.get(email=f"{role}@example.com"))
    asked = [
        f"users/{stage.anna.user.pk}/progress",
        "stats/history",
        "ai/chat",
        *(f"sessions/{session.pk}" for session in TypingSession.objects.all()),
        *(f"sessions/{session.pk}/keystrokes" for session in TypingSession.objects.all()),
    ]
    told |= {path: str(api.get(path)) for path in asked}
    for session in TypingSession.objects.all():
        for path in (
            f"/sessions/{session.pk}/",
            f"/sessions/{session.pk}/keys/",
            f"/coach/drills/{session.text_id}/",
        ):
            told[path] = client.get(path, follow=True).content.decode()
    assert len(told) > 30
    leaks = [path for path, page in told.items() if CANARY in page or "Тайный текст" in page]
    assert not leaks
    if role == "editor":
        assert not [path for path, page in told.items() if "anna-secret" in page]


@pytest.mark.parametrize("role", ["nobody", "editor", "support"])
def test_nobody_but_an_admin_changes_an_account(stage, role):
    client, anna = stage.staff[role], stage.anna.user
    sent = {"email": "x@example.com", "name": "X", "timezone": "UTC", "is_staff": "on", "is_superuser": "on"}
    for path in (
        address(User, "change", anna.pk),
        address(User, "delete", anna.pk),
        f"/admin/accounts/user/{anna.pk}/password/",
        f"/admin/accounts/user/{anna.pk}/act-as/",
        address(User, "add"),
    ):
        assert client.post(path, sent | {"post": "yes", "reason": "x"}).status_code == 403, path
    assert User.objects.filter(pk=anna.pk, name="Anna Secretova", is_staff=False).exists()


def test_a_superuser_is_not_an_admins_to_change(stage):
    root = make_learner("root@example.com", language="en", is_staff=True, is_superuser=True)
    before, client = root.password, stage.staff["admin"]
    password = f"/admin/accounts/user/{root.pk}/password/"
    page = client.get(address(User, "change", root.pk))
    assert page.status_code == 200 and password.encode() not in page.content and b"_save" not in page.content
    for path in (address(User, "change", root.pk), address(User, "delete", root.pk), password):
        sent = {"post": "yes", "password1": "annas-own-kettle", "password2": "annas-own-kettle"}
        assert client.post(path, sent | {"is_active": ""}).status_code == 403, path
    chosen = {"action": "delete_selected", "_selected_action": [str(root.pk)], "post": "yes"}
    client.post(address(User, "changelist"), chosen)
    assert client.get(f"/admin/accounts/user/{stage.anna.user.pk}/password/").status_code == 200
    root.refresh_from_db()
    assert root.is_active and root.password == before
    assert signed_in(root).get(password).status_code == 200


def test_what_opens_an_account_is_on_no_page(stage):
    shown = {model._meta.app_label for model in models()}
    assert not shown & {"account", "mfa", "socialaccount"}
    for path in ("account/emailaddress", "mfa/authenticator", "socialaccount/socialaccount"):
        assert stage.staff["admin"].get(f"/admin/{path}/add/").status_code == 404


def test_support_finds_an_account_and_what_was_paid(stage):
    client, anna = stage.staff["support"], stage.anna.user
    found = client.get(address(User, "changelist"), {"q": anna.email}).content.decode()
    assert address(User, "change", anna.pk) in found
    assert client.get(f"/admin/billing/stripecustomer/learner/{anna.pk}/").status_code == 200
    acts = StaffAct.objects.filter(learner=anna.pk, role="support")
    assert [act.route for act in acts] == ["admin:billing_learner"]

"""Every page of the admin says everything in the reader's language."""

import re
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from djstripe.models import Price, Product

from accounts.models import User
from billing.entitlement import gifts
from billing.entitlement.grants import grant
from billing.models import (
    Checkout,
    Notice,
    Plan,
    StripeCustomer,
    StripeInvoice,
    StripeSubscription,
    WebhookEvent,
)
from lessons.models import Course, Lesson
from progress.honours.leaderboards import join_leaderboards
from progress.models import BusinessDay
from tests.factories import make_course, make_learner, make_test, signed_in

NAMES = {
    *(
        "API",
        "Stripe",
        "CSV",
        "XLSX",
        "ODS",
        "JSON",
        "csv",
        "xlsx",
        "json",
        "UTC",
        "WPM",
        "PDF",
        "ANSI",
        "ISO",
        "Enter",
        "Shift",
    ),
    *("QWERTY", "QWERTZ", "AZERTY", "Colemak", "DH", "Mac", "ЙЦУКЕН", "English", "Русский", "ru", "en"),
    # What Django calls the pictures of yes and no, whatever the language.
    *("True", "False"),
}
"""What is called the same in both languages, and what languages, layouts and courses are called by themselves."""
CODES = re.compile(
    r"STRIPE_\w+|…\w+|\w*\*{5,}|md5|[\w.+-]+@[\w.]+|\b[0-9a-f-]{32,36}\b|\b(?:cus|sub|in|evt|price)_\w+|[A-Z0-9]{4}(?:-[A-Z0-9]{4})+"
)
OF_A_ROW = re.compile(r"(?<=/)[^/]*(?:\d|_[0-9A-F]{2})[^/]*(?=/)")
"""The part of an address that tells rows apart."""
FOREIGN = {"ru": re.compile(r"[A-Za-z]{2,}"), "en": re.compile(r"[А-Яа-яЁё]{2,}")}
NOW = timezone.now()


class Words(HTMLParser):
    """What one reads or hears of a page, and where it leads; what says it is of another language is left out."""

    SAID = ("title", "alt", "placeholder", "aria-label", "data-confirm")
    VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "area", "col", "source", "wbr"})
    SILENT = frozenset({"script", "style", "textarea", "code"})

    def __init__(self, page: str, language: str) -> None:
        super().__init__()
        self.language, self.said, self.links = language, list[str](), list[str]()
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        of = dict(attrs)
        is_read = (not self._open or self._open[-1][1]) and tag not in self.SILENT
        is_read = is_read and of.get("lang", self.language) == self.language and of.get("translate") != "no"
        if is_read:
            self.said += [of[name] for name in self.SAID if of.get(name)]
            if tag == "input" and of.get("type") in ("submit", "button"):
                self.said.append(of.get("value") or "")
        if tag == "a" and of.get("href"):
            self.links.append(of["href"])
        if tag not in self.VOID:
            self._open.append((tag, is_read))

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and (not self._open or self._open[-1][1]):
            self.said.append(data)


def make_paid(anna: User, chief: User) -> Plan:
    """A row of all that billing shows; the plan."""
    product = Product.objects.create(id="prod_1", stripe_data={"name": "1"}, created=NOW, active=True)
    price = Price.objects.create(
        id="price_1",
        active=True,
        product=product,
        created=NOW,
        stripe_data={
            "unit_amount": 499,
            "currency": "eur",
            "recurring": {"interval": "month", "interval_count": 1},
        },
    )
    Plan.objects.all().delete()
    plan = Plan.objects.create(
        code="1", kind="subscription", name_ru="На месяц", name_en="Monthly", price=price
    )
    of_stripe = {
        "customer": StripeCustomer.objects.create(id="cus_1", subscriber=anna, stripe_data={}, created=NOW),
        "created": NOW,
    }
    item = {
        "price": price.stripe_data | {"id": price.id},
        "current_period_end": 2e9,
        "current_period_start": 1e9,
    }
    StripeSubscription.objects.create(
        id="sub_1",
        stripe_data={"status": "active", "items": {"data": [item]}, "customer": "cus_1"},
        **of_stripe,
    )
    invoice = {"status": "paid", "total": 499, "currency": "eur", "created": 1e9, "number": "1"}
    StripeInvoice.objects.create(id="in_1", stripe_data=invoice, **of_stripe)
    checkout = Checkout.objects.create(user=anna, plan=plan, price="price_1", created_at=NOW, expires_at=NOW)
    WebhookEvent.objects.create(id="evt_1", type="", created_at=NOW, received_at=NOW)
    Notice.objects.create(user=anna, kind=Notice.Kind.STARTED, subject="sub_1", created_at=NOW)
    grant(user=anna, ends_at=NOW + timedelta(days=1), reason="1", granted_by=chief, now=NOW)
    gifts.make_code(days=30, made_by=anna, checkout=checkout)
    return plan


@pytest.fixture
def chief(db) -> User:
    """An admin, and a row of everything the admin shows, looked at and changed."""
    call_command("setup_roles")
    chief = User.objects.create_superuser("chief@example.com", "a-long-password")
    anna = make_learner(name="7")
    make_course()
    plan = make_paid(anna, chief)
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    for flags in ([], ["steady"]):
        make_test(anna, recorded_at=NOW, ranked=not flags, flags=flags)
    join_leaderboards(anna.pk, "77", now=NOW)
    for row in (Course.objects.get(), Lesson.objects.first(), anna, plan):
        for flag, said in (
            (ADDITION, '[{"added": {}}]'),
            (CHANGE, '[{"changed": {"fields": []}}]'),
            (DELETION, "[]"),
        ):
            LogEntry.objects.create(
                user=chief,
                content_type=ContentType.objects.get_for_model(row),
                object_id=str(row.pk),
                object_repr="1",
                action_flag=flag,
                change_message=said,
            )
    return chief


def pages_of(client: Client, first: str) -> Iterator[tuple[str, str]]:
    """Address and HTML of every page of the admin that links lead to, of rows of a kind one."""
    waiting, seen = deque([first]), {first}
    while waiting:
        address = waiting.popleft()
        answer = client.get(address, follow=True)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            assert answer.status_code in (200, 403), address
            continue
        html = answer.content.decode()
        yield address, html
        for link in Words(html, "").links:
            path = urlsplit(urljoin(address, link)).path
            kind = OF_A_ROW.sub("1", path)
            if path.startswith("/admin/") and "logout" not in path and kind not in seen:
                seen.add(kind)
                waiting.append(path)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_of_the_admin_says_everything_in_the_reader_s_language(chief, language):
    User.objects.filter(pk=chief.pk).update(language=language)
    client, found, seen = signed_in(chief), {}, set()
    client.cookies["language"] = language
    for address, html in pages_of(client, "/admin/"):
        seen.add(address)
        for said in Words(html, language).said:
            foreign = {*FOREIGN[language].findall(CODES.sub("", said))} - NAMES
            if foreign:
                found.setdefault(" ".join(said.split()), address)
    kinds = {OF_A_ROW.sub("1", address) for address in seen}
    for model in set(admin.site._registry) - {BusinessDay}:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert {base, f"{base}1/change/", f"{base}1/history/"} <= kinds
    assert sum(kind.endswith("/add/") for kind in kinds) >= 6 and "/admin/accounts/user/1/delete/" in kinds
    assert not found, "\n".join(f"{said!r} on {address}" for said, address in found.items())

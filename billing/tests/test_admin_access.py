import re
from datetime import timedelta

import pytest
from django.contrib import admin as site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from billing.entitlement import gifts
from billing.entitlement.grants import grant
from billing.models import (
    Checkout,
    GiftCode,
    Grant,
    Notice,
    Plan,
    StripeCustomer,
    StripeInvoice,
    StripeSubscription,
    WebhookEvent,
)

MODELS = (
    *(Plan, StripeCustomer, StripeSubscription, StripeInvoice, Checkout),
    *(WebhookEvent, Notice, Grant, GiftCode),
)
MADE_BY_SUPPORT = (Grant, GiftCode)


def page_of(model, *more):
    return "/".join(["/admin/billing", model._meta.model_name, *(str(one) for one in more), ""])


@pytest.fixture
def one_of_each(subscribed, anna):
    """A row of every kind; their pages."""
    now = timezone.now()
    WebhookEvent.objects.create(id="evt_1", type="invoice.paid", created_at=now, received_at=now)
    Notice.objects.create(user=anna, kind=Notice.Kind.STARTED, subject="sub_1", created_at=now)
    grant(user=anna, ends_at=now + timedelta(days=1), reason="A prize", granted_by=anna, now=now)
    gifts.make_code(days=30)
    return {model: page_of(model, model.objects.first().pk, "change") for model in MODELS}


def test_of_dj_stripe_s_own_pages_none_is_left(db):
    assert {model for model in site.site._registry if model._meta.app_label == "djstripe"} == set()
    assert {model for model in site.site._registry if model._meta.app_label == "billing"} == set(MODELS)


def test_support_and_admins_see_everything(desk, one_of_each, anna):
    for role in ("support", "admin"):
        client = desk(role)
        assert all(page_of(model) in client.get("/admin/").content.decode() for model in MODELS)
        for model, page in one_of_each.items():
            assert client.get(page_of(model)).status_code == client.get(page).status_code == 200, model
            assert client.get(page_of(model, model.objects.first().pk, "history")).status_code == 200
        assert client.get(f"/admin/billing/stripecustomer/learner/{anna.pk}/").status_code == 200


def test_only_grants_and_codes_are_made_by_support_and_nothing_is_deleted(support, admin, one_of_each):
    for model, page in one_of_each.items():
        may_add = 200 if model in MADE_BY_SUPPORT else 403
        assert support.get(page_of(model, "add")).status_code == may_add, model
        assert admin.get(page_of(model, "add")).status_code == (200 if model is Plan else may_add), model
        assert support.post(page, {}).status_code == 403, model
        for client in (support, admin):
            assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403, model
            chosen = {
                "action": "delete_selected",
                "_selected_action": [model.objects.first().pk],
                "post": "yes",
            }
            client.post(page_of(model), chosen)
        assert model.objects.exists(), model


@pytest.mark.parametrize("role", ["editor", "learner", "nobody"])
def test_staff_without_the_right_see_nothing_of_it(desk, one_of_each, anna, her, client, role):
    who = {"editor": lambda: desk("editor"), "learner": lambda: her, "nobody": lambda: client}[role]()
    refused = 403 if role == "editor" else 302
    if role == "editor":
        assert "billing" not in who.get("/admin/").content.decode()
        assert who.get("/admin/billing/").status_code == 404
    ours = [f"/admin/billing/stripecustomer/learner/{anna.pk}/", "/admin/billing/giftcode/made/x/"]
    for model, page in one_of_each.items():
        ours += [page_of(model), page_of(model, "add"), page, page.replace("change", "history")]
    # A link that nobody signed is nothing, to whoever asks.
    assert {address: who.get(address).status_code for address in ours} == {
        address: 404 if refused == 403 and "/made/" in address else refused for address in ours
    }
    for address in (*ours, "/admin/billing/plan/sync/"):
        assert who.post(address, {"action": "void", "reason": "x"}).status_code in (refused, 405), address


def test_a_learner_s_page_leads_to_what_she_paid(desk, one_of_each, anna):
    page = f"/admin/accounts/user/{anna.pk}/change/"
    hers = f"/admin/billing/stripecustomer/learner/{anna.pk}/"
    client = desk("support")
    assert hers in client.get(page).content.decode()
    shown = client.get(hers).content.decode()
    assert "Premium is open until" in shown and "Monthly" in shown and "A prize" in shown and "€4.99" in shown
    assert client.post(hers).status_code == 405


def test_without_anything_paid_she_is_told_of_too(support, anna):
    page = support.get(f"/admin/billing/stripecustomer/learner/{anna.pk}/").content.decode()
    assert "Premium is not open" in page


def test_guests_are_nobody_s_to_look_at(support):
    guest = User.objects.create()
    assert support.get(f"/admin/billing/stripecustomer/learner/{guest.pk}/").status_code == 404


def make_rows(number, plan, owner):
    now = timezone.now()
    user = User.objects.create_user(f"learner{number}@example.com")
    customer = StripeCustomer.objects.create(
        id=f"cus_{number}", subscriber=user, stripe_data={}, created=now, djstripe_owner_account=owner
    )
    price = {"id": plan.price_at_stripe, "unit_amount": 499, "currency": "eur", "recurring": None}
    item = {"price": price, "current_period_end": 2e9, "current_period_start": 1e9}
    said = {"status": "active", "items": {"data": [item]}, "customer": customer.id}
    of_stripe = {"customer": customer, "created": now, "djstripe_owner_account": owner}
    StripeSubscription.objects.create(id=f"sub_{number}", stripe_data=said, **of_stripe)
    invoice = {"status": "paid", "total": 499, "currency": "eur", "created": 1e9, "number": f"N-{number}"}
    StripeInvoice.objects.create(id=f"in_{number}", stripe_data=invoice, **of_stripe)
    checkout = Checkout.objects.create(user=user, plan=plan, price="p", created_at=now, expires_at=now)
    WebhookEvent.objects.create(id=f"evt_{number}", type="invoice.paid", created_at=now, received_at=now)
    Notice.objects.create(user=user, kind=Notice.Kind.STARTED, subject=f"sub_{number}", created_at=now)
    given = grant(user=user, ends_at=now + timedelta(days=1), reason="x", granted_by=user, now=now)
    gifts.make_code(days=30, made_by=user, checkout=checkout)
    GiftCode.objects.create(code=f"USED{number}", days=30, made_by=user, grant=given)


def queries(client, address):
    with CaptureQueriesContext(connection) as found:
        page = client.get(address)
    assert page.status_code == 200
    return len(found), page.content.decode()


def test_lists_cost_as_many_queries_with_a_hundred_rows(admin, stripe, anna):
    plan = Plan.objects.get(code="monthly")
    owner = plan.price.djstripe_owner_account
    make_rows(0, plan, owner)
    lists = [page_of(model) for model in MODELS]
    for address in lists:
        admin.get(address)
    with_one = {address: queries(admin, address)[0] for address in lists}
    for number in range(1, 101):
        make_rows(number, plan, owner)
    for address in lists:
        count, page = queries(admin, address)
        assert count <= with_one[address], address
        if "/plan/" not in address:
            assert len(set(re.findall(rf"{address}([\w-]+)/change/", page))) == 100


def test_the_page_of_a_learner_costs_as_many_queries_with_much(admin, stripe, anna):
    now = timezone.now()
    hers = f"/admin/billing/stripecustomer/learner/{anna.pk}/"
    counted = []
    for _round in range(2):
        for _number in range(10):
            given = grant(user=anna, ends_at=now + timedelta(days=1), reason="x", granted_by=anna, now=now)
            GiftCode.objects.create(code=f"USED{given.pk}", days=30, made_by=anna, grant=given)
        admin.get(hers)
        counted.append(queries(admin, hers)[0])
    assert counted[0] == counted[1]

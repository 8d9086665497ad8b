import pytest
from django.contrib.admin.models import LogEntry
from djstripe.models import Subscription

from billing.from_stripe import prices
from billing.models import Plan

LIST = "/admin/billing/plan/"


@pytest.fixture
def monthly(stripe) -> Plan:
    return Plan.objects.get(code="monthly")


def form(plan, **more):
    fields = {name: getattr(plan, name) for name in ("name_ru", "name_en", "trial_days", "position")}
    return fields | {"is_offered": "on", "amount": "4.99"} | more


def save(client, plan, **more):
    return client.post(f"{LIST}{plan.pk}/change/", form(plan, **more), follow=True)


def test_plans_and_prices_are_listed(admin, stripe):
    page = admin.get(LIST).content.decode()
    assert "€4.99 a month" in page and "€39.99 a year" in page and "€99.99 once" in page


def test_another_price_is_for_new_buyers_only(admin, monthly, subscribed):
    page = admin.get(f"{LIST}{monthly.pk}/change/").content.decode()
    assert 'value="4.99"' in page and "keep paying what they pay now" in page
    save(admin, monthly, amount="5.49", name_en="By the month")
    monthly.refresh_from_db()
    assert (monthly.amount, monthly.name_en) == (549, "By the month")
    item = Subscription.objects.get().stripe_data["items"]["data"][0]
    assert item["price"]["unit_amount"] == 499
    said = [entry.get_change_message() for entry in LogEntry.objects.all()]
    assert "Price: €4.99 → €5.49, for new buyers." in said and "Changed Name in English." in said
    assert "former price" in admin.get("/admin/billing/stripesubscription/").content.decode()


def test_the_same_price_asks_stripe_for_nothing(admin, monthly, stripe):
    before = monthly.price_at_stripe
    save(admin, monthly, name_en="By the month")
    monthly.refresh_from_db()
    assert monthly.price_at_stripe == before and len(stripe.objects("price")) == 4


def test_when_stripe_is_away_the_price_stays_and_all_else_is_saved(admin, monthly, stripe):
    stripe.fail(9, status=500)
    page = save(admin, monthly, amount="5.49", name_en="By the month").content.decode()
    assert "The price is still €4.99" in page and "Stripe does not answer" in page
    monthly.refresh_from_db()
    assert (monthly.amount, monthly.name_en) == (499, "By the month")
    assert not any("Price" in entry.get_change_message() for entry in LogEntry.objects.all())


@pytest.mark.parametrize("amount", ["", "0", "0.49", "-5", "4.999", "1000000", "much", "NaN"])
def test_no_price_is_no_price(admin, monthly, amount):
    page = save(admin, monthly, amount=amount, name_en="By the month").content.decode()
    assert "errorlist" in page and "By the month" in page
    monthly.refresh_from_db()
    assert (monthly.amount, monthly.name_en) == (499, "Monthly")


def test_prices_are_taken_over_from_stripe(admin, stripe):
    Plan.objects.update(price=None)
    assert "Import prices" in admin.get(LIST).content.decode()
    page = admin.post(f"{LIST}sync/", follow=True).content.decode()
    assert "The plans now have Stripe&#x27;s prices" in page and "€4.99" in page
    assert LogEntry.objects.count() == 4
    assert admin.get(f"{LIST}sync/").status_code == 405


def test_not_taken_over_when_stripe_is_away(admin, stripe):
    stripe.fail(9, status=500)
    page = admin.post(f"{LIST}sync/", follow=True).content.decode()
    assert "Stripe does not answer" in page and "€4.99" in page
    assert not LogEntry.objects.exists()


def test_payments_off(admin):
    Plan.objects.create(**prices.FIRST[0])
    page = admin.get(LIST).content.decode()
    assert "Payments are off" in page and "Import prices" not in page
    assert "not set up" in admin.post(f"{LIST}sync/", follow=True).content.decode()
    plan = Plan.objects.get()
    assert 'name="amount"' not in admin.get(f"{LIST}{plan.pk}/change/").content.decode()
    save(admin, plan, name_en="By the month", amount="1")
    plan.refresh_from_db()
    assert (plan.name_en, plan.amount) == ("By the month", 0)


def test_a_new_plan_gets_its_price_by_its_code(admin, stripe):
    fields = {"code": "half_year", "kind": "subscription", "name_ru": "На полгода", "name_en": "Half a year"}
    days = {"trial_days": "0", "gift_days": "0", "position": "5", "is_offered": "on"}
    answer = admin.post(f"{LIST}add/", fields | days)
    assert answer.status_code == 302, answer.content.decode()
    assert "none at Stripe" in admin.get(LIST).content.decode()
    assert admin.post(f"{LIST}{Plan.objects.get(code='half_year').pk}/delete/").status_code == 403


@pytest.mark.parametrize(("kind", "wrong"), [("gift", {"gift_days": "0"}), ("lifetime", {"trial_days": "7"})])
def test_days_that_mean_nothing(admin, kind, wrong):
    fields = {"code": "other", "kind": kind, "name_ru": "Иной", "name_en": "Other", "position": "5"}
    page = admin.post(f"{LIST}add/", fields | {"trial_days": "0", "gift_days": "30"} | wrong)
    assert page.status_code == 200 and not Plan.objects.exists()


def test_support_looks_only(support, monthly):
    page = support.get(f"{LIST}{monthly.pk}/change/").content.decode()
    assert "€4.99 a month" in page and 'name="amount"' not in page
    assert "Import prices" not in support.get(LIST).content.decode()
    assert support.post(f"{LIST}{monthly.pk}/change/", form(monthly, amount="1.00")).status_code == 403
    assert support.post(f"{LIST}sync/").status_code == 403
    monthly.refresh_from_db()
    assert monthly.amount == 499

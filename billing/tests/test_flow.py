"""From the price to the end of a subscription, against a fake Stripe over HTTP."""

import pytest
import stripe as library
from django.core import mail
from django.utils import timezone
from djstripe.models import Customer, Subscription

from accounts.models import User
from billing.conftest import CARD, REFUSED_CARD, deliver, pay, work
from billing.entitlement import gifts, rules
from billing.entitlement.premium import FOR_GOOD, is_premium, premium_until
from billing.from_stripe.settling import settle
from billing.models import Checkout, GiftCode, Grant, Notice, Plan
from billing.stripe_api import asked


def buy(her, plan: str) -> str:
    answer = her.post("/premium/buy/", {"plan": plan})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return answer["Location"]


def subscribe(her, card: str = CARD, plan: str = "monthly") -> str:
    back = pay(buy(her, plan), card)
    assert her.get(back).status_code == 200
    return back


def test_plans_have_the_prices_stripe_has(stripe):
    priced = {plan.code: (plan.amount, plan.currency, plan.months) for plan in Plan.objects.all()}
    assert priced == {
        "monthly": (499, "eur", 1),
        "yearly": (3999, "eur", 12),
        "lifetime": (9999, "eur", 0),
        "gift_year": (3999, "eur", 0),
    }


def test_bought_before_any_event_came(stripe, anna, her):
    address = buy(her, "monthly")
    assert address.startswith(stripe.url)
    assert not is_premium(anna, timezone.now())
    page = her.get(pay(address))
    assert "All lessons are open now" in page.content.decode()
    assert is_premium(anna, timezone.now())
    assert Checkout.objects.get().status == "complete"


def test_events_say_the_same_and_mail_goes_once(stripe, anna, her, client):
    pay(buy(her, "monthly"))
    assert set(deliver(stripe, client)) == {200}
    work()
    assert is_premium(anna, timezone.now())
    assert set(deliver(stripe, client)) == {200}
    work()
    assert [letter.subject for letter in mail.outbox] == ["Premium is open"]
    assert Customer.objects.count() == Subscription.objects.count() == 1


def test_a_refused_card_opens_nothing(stripe, anna, her):
    assert "declined" in pay(buy(her, "monthly"), REFUSED_CARD)
    assert not is_premium(anna, timezone.now())


def test_cancelled_runs_to_the_end_of_what_is_paid(stripe, anna, her, client):
    subscribe(her)
    assert "Nothing more will be charged" in her.get("/premium/cancel/").content.decode()
    her.post("/premium/cancel/")
    said = Subscription.objects.get().stripe_data
    end = rules.cancelled_to(said)
    assert premium_until(anna, timezone.now()) == end
    assert "Canceled: all lessons stay open" in her.get("/premium/").content.decode()
    her.post("/premium/resume/")
    assert premium_until(anna, timezone.now()) == end + rules.GRACE
    her.post("/premium/cancel/")
    stripe.advance(days=32)
    deliver(stripe, client)
    work()
    assert Subscription.objects.get().stripe_data["status"] == "canceled"
    assert not is_premium(anna, timezone.now())
    kinds = list(Notice.objects.order_by("kind").values_list("kind", flat=True))
    assert kinds == ["cancelled", "ended", "started"]


def test_a_change_costs_what_was_shown(stripe, anna, her):
    subscribe(her)
    stripe.advance(days=10)
    page = her.get("/premium/change/?plan=yearly")
    quote = page.context["quote"]
    her.post("/premium/change/", {"quote": quote["token"]})
    newest = her.get("/premium/").context["invoices"][0]
    assert newest["total"] == quote["due"] != "€39.99"
    assert her.get("/premium/").context["held"][0].name == "Yearly"


def test_for_good_ends_the_payments_and_goes_back_with_the_money(stripe, anna, her, client):
    subscribe(her)
    subscribe(her, plan="lifetime")
    now = timezone.now()
    assert premium_until(anna, now) == FOR_GOOD
    assert Subscription.objects.get().stripe_data["cancel_at_period_end"]
    charge = stripe.objects("charge")[-1]
    refund(stripe, charge["id"])
    deliver(stripe, client)
    work()
    assert premium_until(anna, timezone.now()) < FOR_GOOD
    assert Grant.objects.get().ends_at is not None


def refund(stripe, charge: str) -> None:
    library.Refund.create(charge=charge, **asked())


def test_a_gift_is_given_away(stripe, anna, her, django_user_model, client):
    page = her.get(pay(buy(her, "gift_year"))).content.decode()
    code = page.split('class="gift-code">')[1].split("<")[0]
    boris = django_user_model.objects.create_user("boris@example.com", language="en")
    client.force_login(boris, "django.contrib.auth.backends.ModelBackend")
    assert client.post("/gift/", {"code": f" {code.lower()} "}).status_code == 302
    assert is_premium(boris, timezone.now()) and not is_premium(anna, timezone.now())
    assert client.post("/gift/", {"code": code}).status_code == 422
    assert GiftCode.objects.get().grant.user == boris
    work()
    assert code in mail.outbox[0].body


@pytest.mark.parametrize(
    "path", ["/premium/", "/premium/cancel/", "/premium/change/", "/gift/", "/premium/bought/"]
)
def test_pages_are_for_accounts(client, db, path):
    assert client.get(path).status_code == 302


def test_a_stranger_signs_up_first_and_comes_back_to_the_prices(stripe, client):
    answer = client.post("/premium/buy/", {"plan": "monthly"})
    assert answer["Location"] == "/accounts/signup/?next=%2Fpricing%2F%3Fplan%3Dmonthly"


def test_what_was_cancelled_at_the_portal_goes_on(stripe, anna, her):
    subscribe(her)
    row = Subscription.objects.get()
    end = rules.paid_until(row.stripe_data)
    library.Subscription.modify(row.id, cancel_at=round(end.timestamp()), **asked())
    settle(row.stripe_data["customer"], now=timezone.now())
    assert premium_until(anna, timezone.now()) == end
    her.post("/premium/resume/")
    assert premium_until(anna, timezone.now()) == end + rules.GRACE


def test_a_learner_who_bought_can_be_deleted_and_a_used_code_stays_used(stripe, anna, her, client):
    subscribe(her, plan="lifetime")
    code = GiftCode.objects.create(code="A" * 16, days=30)
    boris = User.objects.create_user("boris@example.com")
    gifts.redeem(code.code, boris, now=timezone.now())
    anna.delete()
    boris.delete()
    assert not Grant.objects.exists() and not Checkout.objects.exists()
    with pytest.raises(gifts.Unusable):
        gifts.redeem(code.code, User.objects.create_user("eve@example.com"), now=timezone.now())


def test_a_dispute_closes_and_a_won_one_opens_again(stripe, anna, her, client):
    subscribe(her, plan="lifetime")
    charge = stripe.objects("charge")[-1]["id"]
    dispute = stripe.dispute(charge)
    tell_all(stripe, client)
    assert not is_premium(anna, timezone.now())
    stripe.close_dispute(dispute["id"], "won")
    tell_all(stripe, client)
    assert premium_until(anna, timezone.now()) == FOR_GOOD


def tell_all(stripe, client):
    assert set(deliver(stripe, client)) == {200}
    work()


def test_two_subscriptions_are_told_of_once(stripe, anna, her, client):
    subscribe(her)
    row = Subscription.objects.get()
    library.Subscription.create(
        customer=row.stripe_data["customer"],
        items=[{"price": Plan.objects.get(code="yearly").price.id}],
        default_payment_method=row.stripe_data["default_payment_method"],
        **asked(),
    )
    tell_all(stripe, client)
    assert "two subscriptions" in her.get("/premium/").content.decode()
    tell_all(stripe, client)
    assert Notice.objects.filter(kind=Notice.Kind.TWO_SUBSCRIPTIONS).count() == 1


def test_another_learner_sees_and_changes_nothing_of_hers(stripe, anna, her, client):
    back = subscribe(her)
    boris = User.objects.create_user("boris@example.com", language="en")
    client.force_login(boris, "django.contrib.auth.backends.ModelBackend")
    assert client.get(back).status_code == 404
    quote = her.get("/premium/change/?plan=yearly").context["quote"]["token"]
    client.post("/premium/change/", {"quote": quote})
    client.post("/premium/cancel/")
    client.post("/premium/resume/")
    assert client.post("/premium/portal/")["Location"] == "/premium/"
    page = client.get("/premium/")
    assert not page.context["invoices"] and not page.context["held"]
    (one,) = her.get("/premium/").context["held"]
    assert one.name == "Monthly" and one.cancelled_to is None


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("buy", "get"),
        ("resume", "get"),
        ("portal", "get"),
        ("bought", "post"),
        ("cancel", "put"),
        ("", "post"),
    ],
)
def test_wrong_method(her, path, method):
    assert getattr(her, method)(f"/premium/{path}/".replace("//", "/")).status_code == 405

import logging

import pytest
import stripe as library
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.utils import timezone

from billing.conftest import tell
from billing.entitlement.premium import is_premium
from billing.models import Notice, StripeCustomer, StripeInvoice, StripeSubscription, WebhookEvent
from billing.stripe_api import asked

CUSTOMERS, SUBSCRIPTIONS = "/admin/billing/stripecustomer/", "/admin/billing/stripesubscription/"
INVOICES, EVENTS = "/admin/billing/stripeinvoice/", "/admin/billing/webhookevent/"


def act(client, address, action, row, **more):
    return client.post(address, {"action": action, "_selected_action": [row.pk], **more}, follow=True)


def subscription():
    return StripeSubscription.objects.get()


def cancel(client, how, **more):
    return act(client, SUBSCRIPTIONS, how, subscription(), **more).content.decode()


def test_a_subscription_says_whose_what_and_until_when(support, subscribed):
    page = support.get(SUBSCRIPTIONS).content.decode()
    assert "anna@example.com" in page and "Monthly" in page and "active" in page and "€4.99 a month" in page
    page = support.get(f"{SUBSCRIPTIONS}{subscription().pk}/change/").content.decode()
    assert "opens premium until" in page.lower() and "dashboard.stripe.com" not in page


def test_admins_are_led_to_the_dashboard(admin, subscribed):
    for address, row in (
        (SUBSCRIPTIONS, subscription()),
        (CUSTOMERS, StripeCustomer.objects.get()),
        (INVOICES, StripeInvoice.objects.get()),
    ):
        page = admin.get(f"{address}{row.pk}/change/").content.decode()
        assert f"/{row.id}" in page and "https://dashboard.stripe.com/" in page


def test_the_plan_is_named_in_the_reader_s_language(desk, subscribed):
    page = desk("support", "ru").get(SUBSCRIPTIONS).content.decode()
    assert "На месяц" in page and "Monthly" not in page


def test_by_status(support, subscribed):
    assert "anna@example.com" in support.get(f"{SUBSCRIPTIONS}?status=active").content.decode()
    assert "anna@example.com" not in support.get(f"{SUBSCRIPTIONS}?status=past_due").content.decode()


def test_looking_at_stripe_brings_what_changed_there(support, anna, subscribed):
    library.Subscription.cancel(subscription().id, **asked())
    assert is_premium(anna, timezone.now())
    page = act(support, CUSTOMERS, "look_at_stripe", StripeCustomer.objects.get()).content.decode()
    assert "1 customer now matches Stripe" in page and not is_premium(anna, timezone.now())
    assert LogEntry.objects.get().change_message == "Looked at Stripe."


def test_looking_from_a_subscription(support, subscribed):
    page = act(support, SUBSCRIPTIONS, "look_at_stripe", subscription()).content.decode()
    assert "1 customer now matches Stripe" in page


def test_cancelled_to_the_end_with_a_reason(support, anna, subscribed):
    assert "Nothing more will be charged" in cancel(support, "cancel_to_the_end")
    assert not subscription().stripe_data["cancel_at_period_end"]
    assert "1 subscription canceled" in cancel(support, "cancel_to_the_end", reason="She wrote to us")
    assert subscription().stripe_data["cancel_at_period_end"] and is_premium(anna, timezone.now())
    assert LogEntry.objects.get().change_message == (
        "Canceled at the end of the paid period. Reason: She wrote to us"
    )
    assert "0 subscriptions canceled" in cancel(support, "cancel_to_the_end", reason="Again")
    assert LogEntry.objects.count() == 1


def test_cancelled_at_once(support, anna, subscribed):
    assert "Nothing is refunded by itself" in cancel(support, "cancel_at_once")
    assert is_premium(anna, timezone.now())
    assert "1 subscription canceled" in cancel(support, "cancel_at_once", reason="A child's card")
    assert subscription().stripe_data["status"] == "canceled" and not is_premium(anna, timezone.now())
    assert "0 subscriptions canceled" in cancel(support, "cancel_at_once", reason="Again")


@pytest.mark.parametrize("how", ["cancel_to_the_end", "cancel_at_once"])
def test_nothing_is_cancelled_when_stripe_is_away(support, anna, subscribed, stripe, caplog, how):
    stripe.fail(9, status=500)
    page = cancel(support, how, reason="She wrote to us")
    assert "Stripe does not answer" in page and "subscription canceled" not in page
    assert is_premium(anna, timezone.now()) and not LogEntry.objects.exists()
    assert not stripe.objects("subscription")[0]["cancel_at_period_end"]
    said = " ".join(record.getMessage() for record in caplog.records if record.levelno >= logging.INFO)
    assert "Stripe, asked by staff" in said and "anna" not in said


def test_no_more_at_once_than_stripe_can_be_asked_for(support, stripe):
    rows = [StripeCustomer.objects.create(id=f"cus_{number}", stripe_data={}) for number in range(21)]
    chosen = {"action": "look_at_stripe", "_selected_action": [row.pk for row in rows]}
    page = support.post(CUSTOMERS, chosen, follow=True).content.decode()
    assert "Choose 20 rows at most" in page and not LogEntry.objects.exists()


def test_with_payments_off_nothing_is_asked(support, subscribed, settings):
    settings.STRIPE_SECRET_KEY = ""
    assert "Check with Stripe now" not in support.get(CUSTOMERS).content.decode()
    assert "Cancel at once" not in support.get(SUBSCRIPTIONS).content.decode()


def test_invoices_have_their_pdf(support, subscribed):
    page = support.get(INVOICES, {"q": "anna@example.com"}).content.decode()
    row = StripeInvoice.objects.get()
    assert row.stripe_data["number"] in page and "€4.99" in page and row.stripe_data["invoice_pdf"] in page
    assert (
        row.stripe_data["number"] in support.get(INVOICES, {"q": row.stripe_data["number"]}).content.decode()
    )
    assert "Total: 0" in support.get(INVOICES, {"q": "nobody@example.com"}).content.decode()


class TestEvents:
    @pytest.fixture
    def event(self, subscribed, stripe, client) -> WebhookEvent:
        """Kept, and not applied yet."""
        assert tell(client, stripe.events("invoice.paid")[0]) == 200
        return WebhookEvent.objects.get()

    def test_applied_by_hand(self, admin, event):
        assert event.pk in admin.get(f"{EVENTS}?state=waiting").content.decode()
        page = act(admin, EVENTS, "apply_now", event).content.decode()
        assert "1 event applied" in page and "still wait" not in page
        assert event.pk not in admin.get(f"{EVENTS}?state=waiting").content.decode()
        assert event.pk in admin.get(f"{EVENTS}?state=applied").content.decode()
        assert Notice.objects.get().kind == Notice.Kind.STARTED
        assert LogEntry.objects.get().change_message == "Applied by hand."

    def test_still_waiting_when_stripe_is_away(self, admin, event, stripe):
        stripe.fail(9, status=500)
        page = act(admin, EVENTS, "apply_now", event).content.decode()
        assert "0 events applied" in page and "Some are still waiting" in page
        assert event.pk in admin.get(f"{EVENTS}?state=failed").content.decode()

    def test_support_sees_all_but_the_content(self, support, event):
        page = support.get(f"{EVENTS}{quote(event.pk)}/change/").content.decode()
        assert "invoice.paid" in page and "hosted_invoice_url" not in page and "<pre>" not in page
        page = support.get(EVENTS).content.decode()
        assert quote(event.pk) in page and "Apply now" not in page
        act(support, EVENTS, "apply_now", event)
        event.refresh_from_db()
        assert event.applied_at is None

    def test_admins_see_the_content(self, admin, event):
        page = admin.get(f"{EVENTS}{event.pk}/change/").content.decode()
        assert "hosted_invoice_url" in page and "<pre>" in page

    @pytest.mark.parametrize(
        ("asked_for", "found"), [("anna@example.com", 1), ("invoice.paid", 1), ("bo@example.com", 0)]
    )
    def test_found_by_email(self, support, event, asked_for, found):
        assert (quote(event.pk) in support.get(EVENTS, {"q": asked_for}).content.decode()) == bool(found)

"""The customer portal: its sessions, its configuration, and what a customer may do there."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.stripe import changes, checkout, payments, subscriptions
from tests.fakes.stripe.clock import HOUR
from tests.fakes.stripe.errors import invalid, required
from tests.fakes.stripe.ledger import Ledger
from tests.fakes.stripe.params import merged

Thing = dict[str, Any]
FLOWS = ("payment_method_update", "subscription_cancel", "subscription_update", "subscription_update_confirm")
LASTS = HOUR
"""How long a session that nobody uses stays open."""


def open_session(ledger: Ledger, given: Mapping[str, Any]) -> Thing:
    customer = ledger.get("customer", given["customer"], "customer")
    configuration = (
        ledger.get("billing_portal.configuration", given["configuration"], "configuration")
        if given.get("configuration")
        else default_configuration(ledger)
    )
    secret = ledger.word(48)
    made = {
        "id": ledger.new_id("billing_portal.session"),
        "object": "billing_portal.session",
        "configuration": configuration["id"],
        "created": ledger.now,
        "customer": customer["id"],
        "customer_account": None,
        "flow": _flow(ledger, customer, given["flow_data"]) if given.get("flow_data") else None,
        "livemode": False,
        "locale": given.get("locale"),
        "on_behalf_of": None,
        "return_url": given.get("return_url") or configuration["default_return_url"],
        "url": f"{ledger.url}/p/session/{secret}",
        "_secret": secret,
        "_used": ledger.now,
    }
    return ledger.put(made, "billing_portal.session.created")


def _flow(ledger: Ledger, customer: Thing, given: Mapping[str, Any]) -> Thing:
    type_ = given.get("type")
    if type_ is None:
        raise required("flow_data[type]")
    if type_ != "payment_method_update":
        param = f"flow_data[{type_}][subscription]"
        subscription = ledger.get("subscription", (given.get(type_) or {}).get("subscription") or "", param)
        if subscription["customer"] != customer["id"] or subscription["status"] not in subscriptions.LIVE:
            raise invalid("The subscription is not one the customer can change.", param)
        if type_ == "subscription_cancel" and subscription["cancel_at"] is not None:
            raise invalid(
                f"The subscription ({subscription['id']}) is already set to be cancelled at period end.",
                param,
            )
    after = given.get("after_completion") or {"type": "portal_homepage"}
    empty = {name: None for name in FLOWS if name != "payment_method_update"}
    return {
        "after_completion": {
            "hosted_confirmation": after.get("hosted_confirmation"),
            "redirect": after.get("redirect"),
            "type": after.get("type") or "portal_homepage",
        },
        "customer_update": None,
        **empty,
        **({type_: given[type_]} if type_ in empty else {}),
        "type": type_,
    }


def by_secret(ledger: Ledger, secret: str) -> Thing | None:
    """The open session of an address; None when there is none or it has expired."""
    for session in ledger.of("billing_portal.session"):
        if session["_secret"] == secret and session["_used"] + LASTS > ledger.now:
            session["_used"] = ledger.now
            return session
    return None


def default_configuration(ledger: Ledger) -> Thing:
    for configuration in ledger.of("billing_portal.configuration"):
        if configuration["is_default"]:
            return configuration
    return configure(ledger, {})


def configure(ledger: Ledger, given: Mapping[str, Any]) -> Thing:
    """All features of the default one are on but changing the plan, as it offers no products."""
    first = not ledger.of("billing_portal.configuration")
    made = {
        "id": ledger.new_id("billing_portal.configuration"),
        "object": "billing_portal.configuration",
        "active": True,
        "application": None,
        "business_profile": {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None},
        "created": ledger.now,
        "default_return_url": given.get("default_return_url"),
        "features": {
            "customer_update": {"allowed_updates": ["email"], "enabled": False},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True, "payment_method_configuration": None},
            "subscription_cancel": {
                "cancellation_reason": {"enabled": False, "options": []},
                "enabled": True,
                "mode": "at_period_end",
                "proration_behavior": "none",
            },
            "subscription_update": {
                "billing_cycle_anchor": None,
                "default_allowed_updates": ["price"],
                "enabled": False,
                "proration_behavior": "create_prorations",
                "products": [],
                "schedule_at_period_end": {"conditions": []},
                "trial_update_behavior": "end_trial",
            },
        },
        "is_default": first,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": merged({}, given.get("metadata")),
        "name": given.get("name"),
        "updated": ledger.now,
    }
    _set(made, given)
    return ledger.put(made, "billing_portal.configuration.created")


def reconfigure(ledger: Ledger, found: Thing, given: Mapping[str, Any]) -> Thing:
    with ledger.change(found, "billing_portal.configuration.updated"):
        _set(found, given)
        for name in ("active", "default_return_url", "name"):
            if name in given:
                found[name] = given[name]
        if "metadata" in given:
            found["metadata"] = merged(found["metadata"], given["metadata"])
        found["updated"] = ledger.now
    return found


def _set(configuration: Thing, given: Mapping[str, Any]) -> None:
    features = dict(configuration["features"])
    for name, values in (given.get("features") or {}).items():
        if name not in features or not isinstance(values, dict):
            raise invalid(f"Received unknown parameter: features[{name}]", "features", "parameter_unknown")
        truth = {"true": True, "false": False}
        features[name] = {
            **features[name],
            **{
                key: truth.get(value, value) if isinstance(value, str) else value
                for key, value in values.items()
            },
        }
    configuration["features"] = features
    configuration["business_profile"] = {
        **configuration["business_profile"],
        **(given.get("business_profile") or {}),
    }


def live_subscriptions(ledger: Ledger, session: Thing) -> list[Thing]:
    return [
        subscription
        for subscription in ledger.of("subscription")
        if subscription["customer"] == session["customer"] and subscription["status"] in subscriptions.LIVE
    ]


def cancel(ledger: Ledger, session: Thing, subscription: Thing) -> None:
    """At the end of the period, or at once where the configuration says so.

    In the flexible billing mode the portal sets `cancel_at` and leaves `cancel_at_period_end` false.
    """
    feature = _feature(ledger, session, "subscription_cancel")
    if feature["mode"] == "immediately":
        prorate = feature["proration_behavior"] == "create_prorations"
        changes.cancel_now(ledger, subscription, prorate=prorate, invoice_now=False, comment=None)
        return
    with ledger.change(subscription, "customer.subscription.updated"):
        subscriptions.cancel_at_end(ledger, subscription, subscriptions.period(subscription)[1], flag=False)


def resume(ledger: Ledger, subscription: Thing) -> None:
    with ledger.change(subscription, "customer.subscription.updated"):
        subscriptions.cancel_at_end(ledger, subscription, None, flag=False)


def change_card(ledger: Ledger, session: Thing, card: checkout.Card, *, present: bool = False) -> None:
    """The new card pays from now on. Raises StripeError, or NeedsConfirmation unless `present`."""
    _feature(ledger, session, "payment_method_update")
    customer = ledger.get("customer", session["customer"])
    method = payments.new_method(
        ledger, card.number, card.month, card.year, {"email": card.email, "name": card.name}
    )
    if payments.cards.kind_of(method).asks != "never" and not present:
        raise checkout.NeedsConfirmation
    payments.attach(ledger, method, customer, present)
    with ledger.change(customer, "customer.updated"):
        customer["invoice_settings"] = {
            **customer["invoice_settings"],
            "default_payment_method": method["id"],
        }
    for subscription in live_subscriptions(ledger, session):
        if subscription["default_payment_method"]:
            with ledger.change(subscription, "customer.subscription.updated"):
                subscription["default_payment_method"] = method["id"]


def offers(ledger: Ledger, session: Thing) -> list[Thing]:
    """The recurring prices a customer may change to."""
    feature = ledger.get("billing_portal.configuration", session["configuration"])["features"][
        "subscription_update"
    ]
    if not feature["enabled"]:
        return []
    products = feature["products"] or []
    named = [id_ for entry in products for id_ in entry.get("prices") or []]
    return [
        price
        for price in ledger.of("price")
        if price["recurring"] and price["active"] and price["id"] in named
    ]


def change_plan(ledger: Ledger, session: Thing, subscription: Thing, items: list[Thing]) -> None:
    behavior = _feature(ledger, session, "subscription_update")["proration_behavior"]
    planned = changes.plan(ledger, subscription, items, behavior=behavior)
    changes.carry_out(ledger, subscription, planned, behavior=behavior, payment="error_if_incomplete")


def _feature(ledger: Ledger, session: Thing, name: str) -> Thing:
    feature = ledger.get("billing_portal.configuration", session["configuration"])["features"][name]
    if not feature["enabled"]:
        raise invalid(f"{name} is disabled in the portal's configuration.")
    return feature

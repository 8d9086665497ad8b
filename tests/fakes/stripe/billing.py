"""What happens by itself as time passes: renewals, drafts finalised, payments tried again, trials and offers ending."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.fakes.stripe import checkout, invoices, payments, subscriptions
from tests.fakes.stripe.clock import HOUR
from tests.fakes.stripe.ledger import Ledger

Thing = dict[str, Any]
Step = tuple[int, int, Callable[[Ledger, Thing], None], Thing]
"""When, its rank among those of the same second, what and to what."""
KEYS_FOR = 24 * HOUR


def advance(ledger: Ledger, to: int) -> None:
    """Moves the clock; each thing that falls due on the way happens at its own time."""
    run_due(ledger, to)
    ledger.clock.move(to)


def run_due(ledger: Ledger, until: int | None = None) -> None:
    """Does all that is due by now, in its order."""
    until = ledger.now if until is None else until
    while steps := [step for step in _steps(ledger) if step[0] <= until]:
        when, _, act, thing = min(steps, key=lambda step: step[:2])
        with ledger.clock.at(max(when, 0)):
            act(ledger, thing)


def forget_keys(ledger: Ledger) -> None:
    for key in [key for key, kept in ledger.keys.items() if kept["at"] + KEYS_FOR <= ledger.now]:
        del ledger.keys[key]


def _steps(ledger: Ledger) -> Iterator[Step]:
    for session in ledger.of("checkout.session"):
        if session["status"] == "open":
            yield session["expires_at"], 0, checkout.expire, session
    for invoice in ledger.of("invoice"):
        if invoice["status"] == "draft" and invoice["automatically_finalizes_at"]:
            yield invoice["automatically_finalizes_at"], 1, _finalize, invoice
        if invoice["status"] == "open" and invoice["next_payment_attempt"]:
            yield invoice["next_payment_attempt"], 2, _try_again, invoice
    for subscription in ledger.of("subscription"):
        yield from _steps_of(subscription)


def _steps_of(subscription: Thing) -> Iterator[Step]:
    status = subscription["status"]
    if status == "incomplete":
        yield (
            subscription["created"] + subscriptions.INCOMPLETE_FOR,
            3,
            subscriptions.expire_incomplete,
            subscription,
        )
    if status not in ("trialing", "active", "past_due", "unpaid"):
        return
    if waiting := subscription["pending_update"]:
        yield waiting["expires_at"], 3, _drop_update, subscription
    if status == "trialing" and not subscription.get("_warned"):
        warns = subscription["trial_end"] - subscriptions.WARNS_BEFORE_TRIAL_END
        yield warns, 4, subscriptions.warn_of_trial_end, subscription
    if subscription["cancel_at"] is not None:
        yield subscription["cancel_at"], 5, _end, subscription
    yield subscriptions.period(subscription)[1], 6, _renew, subscription


def _finalize(ledger: Ledger, invoice: Thing) -> None:
    invoices.finalize(ledger, invoice)
    if invoice["status"] == "open":
        subscriptions.collect(ledger, invoice)
    else:
        subscriptions.follow(ledger, invoice)


def _try_again(ledger: Ledger, invoice: Thing) -> None:
    subscriptions.collect(ledger, invoice)


def _end(ledger: Ledger, subscription: Thing) -> None:
    subscriptions.end(ledger, subscription, None)


def _renew(ledger: Ledger, subscription: Thing) -> None:
    missing = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    customer = ledger.get("customer", subscription["customer"])
    method = payments.method_for(ledger, customer, subscription["default_payment_method"])
    if subscription["status"] == "trialing" and method is None and missing == "cancel":
        subscriptions.end(ledger, subscription, None)
    else:
        subscriptions.renew(ledger, subscription)


def _drop_update(ledger: Ledger, subscription: Thing) -> None:
    waiting = subscription["pending_update"]
    with ledger.change(subscription, "customer.subscription.pending_update_expired"):
        subscription["pending_update"] = None
    if (invoice := ledger.find("invoice", waiting["_invoice"])) and invoice["status"] == "open":
        invoices.void(ledger, invoice)

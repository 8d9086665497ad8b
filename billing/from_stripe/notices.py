"""Which mails follow what Stripe tells: decided, once each, in the transaction that applies it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from accounts.models import User
from billing.entitlement import rules
from billing.models import Notice, WebhookEvent
from outbox import events

TASK: Final = "billing.tasks.send_notice"


def note(user: User, kind: Notice.Kind, subject: str, *, now: datetime, **facts: Any) -> None:
    """Decide on a mail, unless the same was decided before."""
    notice, is_new = Notice.objects.get_or_create(
        kind=kind, subject=subject, defaults={"user": user, "facts": facts, "created_at": now}
    )
    if is_new:
        events.add(TASK, now=now, notice_id=notice.pk)


def note_event(event: WebhookEvent, user: User, *, now: datetime) -> None:
    """Decide on what follows one event."""
    for kind, subject, facts in following(event.type, event.payload):
        note(user, kind, subject, now=now, **facts)


def following(event_type: str, payload: dict[str, Any]) -> Iterator[tuple[Notice.Kind, str, dict[str, Any]]]:
    """What an event is followed by, whatever else is known: so any order of events leads to the same mails."""
    said = payload["object"]
    earlier = payload.get("previous_attributes") or {}
    match event_type:
        case "invoice.paid" if said.get("billing_reason") == "subscription_create":
            yield Notice.Kind.STARTED, _subscription_of(said), {}
        case "invoice.payment_failed" if said.get("billing_reason") == "subscription_cycle":
            # The period that could not be paid began when the invoice was made.
            yield Notice.Kind.PAYMENT_FAILED, said["id"], {"invoice": said["id"], "since": said["created"]}
        case "customer.subscription.trial_will_end":
            yield Notice.Kind.TRIAL_ENDING, said["id"], {"until": said.get("trial_end")}
        case "customer.subscription.deleted":
            yield Notice.Kind.ENDED, said["id"], {}
        case "customer.subscription.updated" if {"cancel_at", "cancel_at_period_end"} & earlier.keys():
            if until := rules.cancelled_to(said):
                seconds = round(until.timestamp())
                yield Notice.Kind.CANCELLED, f"{said['id']} {seconds}", {"until": seconds}


def _subscription_of(invoice: dict[str, Any]) -> str:
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    subscription = details.get("subscription") or ""
    return subscription if isinstance(subscription, str) else str(subscription["id"])

"""What pages and API say of buying, in the language of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import User

from .buying import checkout, subscribing
from .buying.money import money
from .entitlement import gifts, rules
from .entitlement.grants import granted_until, is_for_good
from .models import GiftCode, Grant, Plan


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as it is offered."""

    plan: Plan
    price: str
    period: str
    a_month: str
    """What it comes to a month, for what is paid for several."""
    saved: int
    """Per cent less than month by month, rounded down; 0 if none."""
    trial_days: int
    trial: str


@dataclass(frozen=True, slots=True)
class SubscriptionShown:
    name: str
    price: str
    period: str
    paid_until: datetime
    closes: datetime
    is_closed: bool
    """Whether the days of grace are over."""
    id: str
    cancelled_to: datetime | None
    is_past_due: bool
    is_trial: bool


def offers(plans: Sequence[Plan], user: User | AnonymousUser) -> list[Offer]:
    """The plans as `user` can have them; days of trial only for who would get them."""
    monthly = next((plan for plan in plans if plan.months == 1), None)
    has_trial = any(plan.trial_days for plan in plans) and checkout.may_try(user)
    return [_offer(plan, monthly, has_trial=has_trial) for plan in plans]


def offer_context(user: User | AnonymousUser) -> dict[str, Any]:
    """What `billing/_offers.html` shows before a closed lesson; at most two queries, none where payments are off."""
    plans = [plan for plan in checkout.offered() if plan.kind != Plan.Kind.GIFT]
    return {"plans": offers(plans, user), "support_email": settings.SUPPORT_EMAIL}


def _offer(plan: Plan, monthly: Plan | None, *, has_trial: bool) -> Offer:
    saved = 0
    if monthly and plan.months > 1 and monthly.currency == plan.currency:
        whole = monthly.amount * plan.months
        saved = max(0, (whole - plan.amount) * 100 // whole) if whole else 0
    days = plan.trial_days if has_trial else 0
    trial = ngettext("first %(days)s day free", "first %(days)s days free", days)
    return Offer(
        plan=plan,
        price=money(plan.amount, plan.currency),
        period=period(plan.months),
        # Rounded up: nobody pays less than it says.
        a_month=money(-(-plan.amount // plan.months), plan.currency) if plan.months > 1 else "",
        saved=saved,
        trial_days=days,
        trial=trial % {"days": days} if days else "",
    )


def day(when: datetime) -> str:
    """A day within a sentence, in the page's language and the learner's time zone."""
    pattern = "j E Y" if (get_language() or "").startswith("ru") else "N j, Y"
    return date_format(timezone.localtime(when), pattern)


def period(months: Fraction) -> str:
    """How often an amount is paid: in days where that is no whole months, of which a year has 12 and 365 days."""
    if months.denominator == 1:
        return {0: _("once"), 1: _("a month"), 12: _("a year")}.get(int(months)) or (
            ngettext("every %(n)s month", "every %(n)s months", int(months)) % {"n": months}
        )
    days = int(months * 365 / 12)
    return ngettext("every %(n)s day", "every %(n)s days", days) % {"n": days}


def of_subscription(held: subscribing.Held, now: datetime) -> SubscriptionShown:
    return SubscriptionShown(
        name=held.plan.name if held.plan else _("Premium"),
        price=money(held.amount, held.currency),
        period=period(held.plan.months) if held.plan else "",
        paid_until=held.paid_until,
        closes=held.open_until,
        is_closed=held.open_until <= now,
        id=held.id,
        cancelled_to=held.cancelled_to,
        is_past_due=held.is_past_due,
        is_trial=held.status == "trialing",
    )


def after_cancelling(renewing: Sequence[subscribing.Held], user: User) -> dict[str, Any]:
    """What stays when subscriptions end: premium until when, and whether for good."""
    now = timezone.now()
    paid = [one.paid_until for one in renewing if not one.is_past_due]
    ends = [end for end in (*paid, granted_until(user, now)) if end]
    return {
        "until": max(ends, default=None),
        "is_for_good": is_for_good(user, now),
        "is_unpaid": any(one.is_past_due for one in renewing),
    }


def of_quote(quote: subscribing.Quote) -> dict[str, Any]:
    return {
        "name": quote.plan.name,
        "price": money(quote.plan.amount, quote.plan.currency),
        "period": period(quote.plan.months),
        "due": money(max(0, quote.amount), quote.currency),
        "credit": money(-quote.amount, quote.currency) if quote.amount < 0 else "",
        "is_trial": quote.is_trial,
        "is_cancelled": quote.is_cancelled,
        "token": quote.token,
    }


def cannot_buy(why: checkout.Why) -> str:
    return {
        checkout.Why.OFF: _("Payments are not set up here."),
        checkout.Why.NOT_OFFERED: _("This plan is not offered."),
        checkout.Why.SUBSCRIBED: _("You already have a subscription. On its page you can change the plan."),
        checkout.Why.FOR_GOOD: _("Premium is yours for good: there is nothing more to buy."),
    }[why]


def unusable(why: gifts.Why) -> str:
    return {
        gifts.Why.UNKNOWN: _("There is no such code. Check it for typos."),
        gifts.Why.USED: _("This code has been used."),
        gifts.Why.VOID: _("This code is not valid anymore."),
        gifts.Why.SUBSCRIBED: _(
            "Your subscription continues, so the code would be wasted now. It stays valid: enter it when you have "
            "canceled."
        ),
        gifts.Why.FOR_GOOD: _("Premium is yours for good: give the code to somebody else."),
    }[why]


def not_changed(error: Exception) -> str:
    if isinstance(error, subscribing.PaymentFailed):
        return _("The card was refused. Your plan has not changed.")
    if isinstance(error, subscribing.QuoteGone):
        return _("The price may have changed meanwhile: please check it again.")
    if isinstance(error, subscribing.NoSubscription):
        return _("You have no subscription to change.")
    return _("This change is not possible.")


def grants(user: User, now: datetime) -> list[Grant]:
    """What is open or will be without a subscription."""
    return [
        grant for grant in Grant.objects.filter(user=user).order_by("starts_at") if not is_over(grant, now)
    ]


def is_over(grant: Grant, now: datetime) -> bool:
    return grant.ends_at is not None and grant.ends_at <= now


def codes(user: User) -> list[dict[str, Any]]:
    """The gift codes a learner has bought."""
    bought = GiftCode.objects.filter(checkout__user=user).order_by("-created_at")
    return [
        {
            "code": gifts.in_groups(gift.code),
            "days": gift.days,
            "is_used": gift.used_at is not None,
            "is_void": gift.void_at is not None,
        }
        for gift in bought
    ]


def charged(invoice: dict[str, Any]) -> int:
    """What was paid of an invoice, or is to be paid: its total less what credit paid."""
    return int(invoice.get("amount_paid" if invoice["status"] == "paid" else "amount_due") or 0)


def invoices_shown(said: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    statuses = {
        "draft": _("draft"),
        "paid": _("paid"),
        "open": _("to be paid"),
        "void": _("canceled"),
        "uncollectible": _("not paid"),
    }
    return [
        {
            "number": one.get("number") or "",
            "date": rules.moment(one["created"]),
            "total": money(charged(one), one["currency"]),
            "status": statuses.get(one["status"], one["status"]),
            "page": one.get("hosted_invoice_url") or "",
            "pdf": one.get("invoice_pdf") or "",
        }
        for one in said
    ]


@dataclass(frozen=True, slots=True)
class Tier:
    """What there is to have, whatever it costs."""

    code: str
    name: Promise
    includes: Promise
    can_be_bought: bool = False


FREE: Final = Tier(
    "free",
    gettext_lazy("Free"),
    gettext_lazy(
        "Scoring of every keystroke, stars, tests, statistics, drills of your weak keys and the first lessons of each "
        "course: without an account or with one, for as long as you like."
    ),
)
PREMIUM: Final = Tier(
    "premium",
    gettext_lazy("Premium"),
    gettext_lazy(
        "All lessons of all courses: the whole alphabet, words and sentences, capitals, digits, punctuation, prose."
    ),
)
"""What all plans but gifts are of; shown itself where none can be bought."""


def includes(plan: Plan) -> str:
    """What one has of a plan."""
    if plan.kind != Plan.Kind.GIFT:
        return str(PREMIUM.includes)
    said = ngettext(
        "A code that opens premium for %(days)s day to whoever enters it first.",
        "A code that opens premium for %(days)s days to whoever enters it first.",
        plan.gift_days,
    )
    return said % {"days": plan.gift_days}

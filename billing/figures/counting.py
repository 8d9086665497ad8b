"""Counting the figures of money: a day when it is over, by what Stripe had told by then.

A day is one of UTC, and stays as it was first counted: what a subscription cost before its plan was changed, Stripe's
rows don't say any more, nor since when one is unpaid (`Lapse`). Whoever deletes an account stays in the days that are
over. Conversions are counted anew each day until the last account of their week has had its time, and `LATE_DAYS` more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, DateField, F, Max, Min, Q, QuerySet
from django.db.models.functions import TruncWeek
from djstripe.models import Coupon, Discount, Invoice, Subscription

from accounts.models import User
from billing.entitlement.rules import moment
from billing.figures.mrr import Object, ended_at, monthly, state_at
from billing.models import Checkout, ConversionWeek, Grant, Lapse, MoneyDay, PlanDay
from billing.models.figures import WINDOW_DAYS

LATE_DAYS: Final = 3
"""For so long Stripe tries to tell what it could not."""
ONE_COUNT: Final = 1_367_102
"""The advisory lock that only one count holds at a time."""
WINDOW: Final = timedelta(days=WINDOW_DAYS)


def refresh(*, now: datetime) -> None:
    """Count the days that are over and not counted yet, and the weeks whose accounts may still pay."""
    today = now.astimezone(UTC).date()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_COUNT])
        last = MoneyDay.objects.order_by("-date").values_list("date", flat=True).first()
        start = last + timedelta(days=1) if last else _first_day()
        if start and start < today:
            _count_days(start, today)
        if not ConversionWeek.objects.filter(counted_on=today).exists():
            _count_weeks(today)


def rebuild(*, now: datetime) -> None:
    """Count everything anew as far as Stripe's rows tell: past days with the plans and accounts of today."""
    with transaction.atomic():
        for kind in (PlanDay, MoneyDay, ConversionWeek):
            kind._default_manager.all().delete()
        refresh(now=now)


@dataclass(frozen=True, slots=True)
class Known:
    """A subscription as Stripe last told it, with its discounts and their coupons in full; a lapsed one has ended."""

    data: Object
    discounts: Sequence[Object]

    @property
    def plan(self) -> tuple[str, str]:
        """That of its first item, and its currency."""
        price = self.data["items"]["data"][0]["price"]
        return price.get("lookup_key") or price["id"], price["currency"]

    def was_paid(self, moment: datetime) -> bool:
        return state_at(self.data, moment) in ("active", "past_due")


def _first_day() -> date | None:
    """Of the first subscription, or of the first premium given."""
    begun = [known.data["start_date"] for known in _subscriptions(moment(0))]
    given = Grant.objects.aggregate(first=Min("starts_at"))["first"]
    firsts = [moment(at) for at in begun] + ([given] if given else [])
    return min(firsts).astimezone(UTC).date() if firsts else None


def _count_days(start: date, today: date) -> None:
    """Count the days from `start` to yesterday."""
    midnights = [
        datetime.combine(start, time(), UTC) + timedelta(days=n + 1) for n in range((today - start).days)
    ]
    _note_lapses(_day_before(midnights[-1]))
    subscriptions = list(_subscriptions(midnights[0] - WINDOW))
    for midnight in midnights:
        _count_plans(midnight, subscriptions)
        base = [one.data for one in subscriptions if one.was_paid(midnight - WINDOW)]
        granted = Grant.objects.active(midnight).order_by().values_list("kind")
        learners = dict(granted.annotate(Count("user", distinct=True)))
        MoneyDay.objects.create(
            date=_day_before(midnight),
            churn_base=len(base),
            churned=sum((ended_at(one) or midnight.timestamp()) < midnight.timestamp() for one in base),
            lifetime=learners.get(Grant.Kind.LIFETIME, 0),
            gifts=learners.get(Grant.Kind.GIFT, 0),
            support=learners.get(Grant.Kind.SUPPORT, 0),
        )


def _count_plans(midnight: datetime, subscriptions: Sequence[Known]) -> None:
    states: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    paid: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for one in subscriptions:
        if state := state_at(one.data, midnight):
            states[one.plan][state] += 1
            if state != "trialing":
                paid[one.plan] += monthly(one.data, one.discounts, midnight)
    PlanDay.objects.bulk_create(
        PlanDay(
            date=_day_before(midnight),
            plan=plan,
            currency=currency,
            active=counted["active"],
            past_due=counted["past_due"],
            trialing=counted["trialing"],
            monthly=_decimal(paid[plan, currency]),
        )
        for (plan, currency), counted in states.items()
    )


def _note_lapses(day: date) -> None:
    """Note which subscriptions have become unpaid by the end of a day; forget those that are live again, or gone."""
    rows = Subscription.objects.filter(livemode=settings.STRIPE_LIVE_MODE)
    over = rows.filter(stripe_data__status__in=("unpaid", "canceled"))
    Lapse.objects.exclude(subscription__in=over.values("id")).delete()
    unpaid = rows.filter(stripe_data__status="unpaid").values_list("id", flat=True)
    Lapse.objects.bulk_create(
        (Lapse(subscription=one, date=day) for one in unpaid.iterator()), ignore_conflicts=True
    )


def _subscriptions(since: datetime) -> Iterator[Known]:
    """Those that Stripe did not end before a moment; four queries."""
    at = since.timestamp()
    ended = (
        Q(stripe_data__ended_at__gt=at)
        | Q(stripe_data__ended_at=None)
        | Q(stripe_data__ended_at__isnull=True)
    )
    rows = Subscription.objects.filter(ended, livemode=settings.STRIPE_LIVE_MODE)
    discounts, coupons = (dict(kind.objects.values_list("id", "stripe_data")) for kind in (Discount, Coupon))
    lapses = dict(Lapse.objects.values_list("subscription", "date"))
    for data in rows.order_by("djstripe_id").values_list("stripe_data", flat=True).iterator(chunk_size=500):
        if data["items"]["data"]:
            if lapse := lapses.get(data["id"]):
                data |= {"ended_at": int(datetime.combine(lapse, time(), UTC).timestamp())}
            yield Known(data, list(_discounts(data, discounts, coupons)))


def _discounts(data: Object, discounts: dict[str, Any], coupons: dict[str, Any]) -> Iterator[Object]:
    """The discounts of a subscription and its items in full; those that Stripe has told nothing of are left out."""
    named = [
        *data.get("discounts", ()),
        *(one for item in data["items"]["data"] for one in item.get("discounts", ())),
    ]
    for discount in (discounts.get(one) if isinstance(one, str) else one for one in named):
        if discount:
            coupon = discount["source"]["coupon"]
            if found := coupons.get(coupon) if isinstance(coupon, str) else coupon:
                yield {**discount, "source": {"coupon": found}}


def _count_weeks(today: date) -> None:
    """Count the weeks anew whose accounts may still have paid since they last were, and those never counted."""
    made = User.objects.exclude(email=None)
    if since := _first_open_week(today):
        ConversionWeek.objects.filter(week__gte=since).delete()
        made = made.filter(date_joined__gte=datetime.combine(since, time(), UTC))
    payments, paid = _first_payments(made), Counter[date]()
    made = made.annotate(week=TruncWeek("date_joined", output_field=DateField(), tzinfo=UTC))
    for user, joined, week in made.filter(pk__in=payments).values_list("pk", "date_joined", "week"):
        paid[week] += payments[user] < joined + WINDOW
    ConversionWeek.objects.bulk_create(
        ConversionWeek(week=week, counted_on=today, accounts=n, paid=paid[week])
        for week, n in made.values_list("week").annotate(n=Count("pk")).order_by("week")
    )


def _first_open_week(today: date) -> date | None:
    """The first week that is not settled; None before the first count."""
    settled = timedelta(days=7 + WINDOW_DAYS + LATE_DAYS)
    found = ConversionWeek.objects.aggregate(
        last=Max("week"), unsettled=Min("week", filter=Q(counted_on__lt=F("week") + settled))
    )
    return found["unsettled"] or (found["last"] and found["last"] + timedelta(weeks=1))


def _first_payments(of: QuerySet[User]) -> dict[UUID, datetime]:
    """When each of some learners first paid for a period, or opened the page on which she then paid for what is paid
    once; those who never did are left out.
    """
    invoices = Invoice.objects.filter(
        livemode=settings.STRIPE_LIVE_MODE,
        customer__subscriber__in=of.values("pk"),
        stripe_data__status="paid",
        stripe_data__amount_paid__gt=0,
        stripe_data__status_transitions__paid_at__gt=0,
    )
    once = Checkout.objects.filter(
        user__in=of.values("pk"), status=Checkout.Status.COMPLETE, payment_intent__startswith="pi_"
    )
    periods = invoices.values_list("customer__subscriber", "stripe_data__status_transitions__paid_at")
    found: dict[UUID, datetime] = {}
    for user, at in [*once.values_list("user", "created_at"), *((user, moment(at)) for user, at in periods)]:
        found[user] = min(at, found.get(user, at))
    return found


def _day_before(midnight: datetime) -> date:
    return midnight.date() - timedelta(days=1)


def _decimal(value: Fraction) -> Decimal:
    """To the ten-thousandth of the smallest unit."""
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.0001"))

"""The figures of money: a hand-counted product, and what changes later."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import stripe as library
from django.utils import timezone
from djstripe.models import Coupon, Discount, Subscription

from accounts.models import User
from billing.entitlement import grants
from billing.figures import counting
from billing.figures.report import conversions_of, money_of
from billing.figures.tests.stripe_rows import at, coupon, discount, pay, price, store, subscription
from billing.from_stripe.settling import settle
from billing.models import Checkout, ConversionWeek, Grant, Lapse, MoneyDay, Plan, PlanDay
from billing.stripe_api import asked
from tests.factories import make_learner

pytestmark = pytest.mark.django_db
NOW = at("2026-11-21", "00:10:00")
TODAY = NOW.date()
YEARLY = price("yearly", 3999, "year")


def plans(day: str) -> dict[str, tuple]:
    return {
        f"{one.plan} {one.currency}": (one.active, one.past_due, one.trialing, one.monthly)
        for one in PlanDay.objects.filter(date=day)
    }


def figures() -> tuple[list, ...]:
    return tuple(
        list(
            kind.objects.order_by(*order).values(
                *[f.name for f in kind._meta.fields if f.name not in ("id", "counted_on")]
            )
        )
        for kind, order in ((PlanDay, ("date", "plan")), (MoneyDay, ("date",)), (ConversionWeek, ("week",)))
    )


def account(email: str, joined: str) -> User:
    user = make_learner(email)
    User.objects.filter(pk=user.pk).update(date_joined=at(joined))
    return user


class TestByHand:
    def test_plans_on_the_last_day(self):
        store(subscription(at("2026-11-01")))
        store(subscription(at("2026-11-20", "23:59:59"), status="past_due"))
        store(subscription(at("2026-11-21", "00:00:00")))
        store(subscription(at("2026-11-01"), YEARLY))
        store(subscription(at("2026-11-15"), YEARLY, status="trialing", trial_end=at("2026-11-29")))
        store(subscription(at("2026-11-01"), price(currency="usd", amount=599)))
        store(subscription(at("2026-11-01"), ended_at=at("2026-11-20")))
        store(subscription(at("2026-11-01"), status="incomplete"))
        counting.refresh(now=NOW)
        assert plans("2026-11-20") == {
            "monthly eur": (1, 1, 0, Decimal("998")),
            "monthly usd": (1, 0, 0, Decimal("599")),
            "yearly eur": (1, 0, 1, Decimal("333.25")),
        }
        report = money_of(30, 1, today=TODAY)
        assert report.now.monthly("eur") == 1331.25 and report.now.monthly("usd") == 599
        assert report.currencies == ["eur", "usd"]
        assert (report.now.paid, report.now.past_due, report.now.trialing) == (4, 1, 1)
        assert MoneyDay.objects.count() == 20 and plans("2026-11-19")["monthly eur"][0] == 2

    def test_discounts_are_found_by_their_ids(self):
        off = coupon(percent_off=50)
        given = discount(off["id"])
        Coupon.objects.create(id=off["id"], livemode=False, stripe_data=off)
        Discount.objects.create(id=given["id"], livemode=False, stripe_data=given)
        store(subscription(at("2026-11-01"), price(amount=1000), discounts=[given["id"], "di_unknown"]))
        bought = subscription(at("2026-11-01"), price(amount=1000))
        bought["items"]["data"][0]["discounts"] = [discount(coupon(amount_off=100))]
        store(bought)
        counting.refresh(now=NOW)
        assert plans("2026-11-20") == {"monthly eur": (2, 0, 0, Decimal("1400"))}

    def test_churn_is_of_those_who_paid_thirty_days_before(self):
        early = at("2026-10-21", "23:59:59")
        store(subscription(early))
        store(subscription(early, ended_at=at("2026-11-20", "23:59:59")))
        store(subscription(early, ended_at=at("2026-10-22", "00:00:00")))
        store(subscription(early, ended_at=at("2026-11-21", "00:00:00")))
        store(subscription(early, ended_at=early))
        store(subscription(early, trial_end=at("2026-11-01"), ended_at=at("2026-11-02")))
        store(subscription(at("2026-10-22", "00:00:00"), ended_at=at("2026-11-01")))
        counting.refresh(now=NOW)
        last = MoneyDay.objects.get(date="2026-11-20")
        assert (last.churn_base, last.churned) == (4, 2)
        assert money_of(30, 1, today=TODAY).now.churn == 0.5

    def test_who_stops_paying_is_churned_for_thirty_days(self):
        """Unpaid since 20 November, by whose end Stripe had told; cancelled for that later on, which is no churn."""
        row = store(subscription(at("2026-10-01"), status="past_due"))
        store(subscription(at("2026-10-01")))
        counting.refresh(now=at("2026-11-20", "00:10:00"))
        row.stripe_data["status"] = "unpaid"
        row.save()
        counting.refresh(now=NOW)
        row.stripe_data |= {"status": "canceled", "ended_at": int(at("2026-12-10").timestamp())}
        row.save()
        counting.refresh(now=at("2027-01-20"))
        kept = {str(one.date): (one.churn_base, one.churned) for one in MoneyDay.objects.all()}
        assert kept["2026-11-19"] == (2, 0) and kept["2026-11-20"] == (2, 1)
        assert kept["2026-12-19"] == (2, 1) and kept["2026-12-20"] == kept["2027-01-19"] == (1, 0)
        assert plans("2026-11-19") == {"monthly eur": (1, 1, 0, 998)}
        assert plans("2026-11-20") == plans("2026-12-01") == {"monthly eur": (1, 0, 0, 499)}
        before = MoneyDay.objects.get(date="2026-12-19").churned
        counting.rebuild(now=at("2027-01-20"))
        assert MoneyDay.objects.get(date="2026-12-19").churned == before

    def test_who_pays_after_all_is_no_more_lapsed(self):
        row = store(subscription(at("2026-10-01"), status="unpaid"))
        counting.refresh(now=NOW)
        row.stripe_data["status"] = "active"
        row.save()
        counting.refresh(now=NOW + timedelta(days=1))
        last = MoneyDay.objects.get(date="2026-11-21")
        assert (last.churn_base, last.churned) == (1, 0) and not Lapse.objects.exists()

    def test_a_lapse_goes_with_what_stripe_says(self):
        store(subscription(at("2026-10-01"), status="unpaid"))
        counting.refresh(now=NOW)
        assert Lapse.objects.get().date == date(2026, 11, 20)
        Subscription.objects.all().delete()
        counting.refresh(now=NOW + timedelta(days=1))
        assert not Lapse.objects.exists()

    def test_premium_without_a_subscription(self):
        anna, boris = make_learner(), make_learner("boris@example.com")
        Grant.objects.create(user=anna, kind="lifetime", starts_at=at("2026-11-20", "23:59:59"))
        Grant.objects.create(user=boris, kind="gift", starts_at=at("2026-11-20"), ends_at=at("2027-11-20"))
        for who, ends in (
            (anna, at("2026-11-21", "00:00:01")),
            (anna, at("2027-11-01")),
            (boris, at("2026-11-20")),
        ):
            grants.grant(user=who, ends_at=ends, reason="a gift", granted_by=anna, now=at("2026-11-10"))
        counting.refresh(now=NOW)
        given = {str(one.date): (one.lifetime, one.gifts, one.support) for one in MoneyDay.objects.all()}
        assert given["2026-11-19"] == (0, 0, 2) and given["2026-11-20"] == (1, 1, 1) and len(given) == 11

    def test_conversion_by_the_week_in_which_an_account_was_made(self):
        monday = "2026-09-28"
        prompt, late, never = (account(f"{n}@example.com", monday) for n in range(3))
        pay(prompt, at("2026-10-28", "11:59:59"))
        pay(prompt, at("2026-12-01"))
        pay(late, at("2026-10-28", "12:00:00"))
        pay(never, at("2026-09-29"), amount=0)
        pay(None, at("2026-09-29"))
        sunday = account("sunday@example.com", "2026-10-04")
        plan = Plan.objects.get_or_create(code="lifetime", defaults={"kind": "lifetime"})[0]
        for paid, status in (("", "open"), ("free", "complete"), ("pi_1", "complete")):
            Checkout.objects.create(
                user=sunday if paid == "pi_1" else never,
                plan=plan,
                status=status,
                payment_intent=paid,
                created_at=at("2026-10-05"),
                expires_at=at("2026-10-06"),
            )
        account("next@example.com", "2026-10-05")
        User.objects.create_guest("00000000-0000-4000-8000-000000000001", now=at(monday))
        counting.refresh(now=NOW)
        kept = {str(one.week): (one.accounts, one.paid) for one in ConversionWeek.objects.all()}
        assert kept == {"2026-09-28": (4, 2), "2026-10-05": (1, 0)}
        assert [one.week for one in conversions_of(30, today=date(2026, 11, 3))] == []
        assert [one.week for one in conversions_of(30, today=date(2026, 11, 4))] == [date(2026, 9, 28)]

    def test_nothing_is_counted_before_there_is_anything(self):
        counting.refresh(now=NOW)
        assert figures() == ([], [], []) and money_of(30, 1, today=TODAY) is None


class TestWhatComesLater:
    def test_a_day_that_was_counted_keeps_its_price(self):
        row = store(subscription(at("2026-11-01")))
        counting.refresh(now=NOW)
        row.stripe_data["items"]["data"][0]["price"] = YEARLY
        row.save()
        counting.refresh(now=NOW + timedelta(hours=3))
        assert set(plans("2026-11-20")) == {"monthly eur"} and not plans("2026-11-21")
        counting.refresh(now=NOW + timedelta(days=2))
        assert set(plans("2026-11-21")) == set(plans("2026-11-22")) == {"yearly eur"}

    @pytest.mark.parametrize(("clock", "days"), [("23:59:59", 19), ("00:00:00", 20)])
    def test_a_day_is_counted_when_it_is_over(self, clock, days):
        store(subscription(at("2026-11-01")))
        counting.refresh(now=at("2026-11-20" if clock == "23:59:59" else "2026-11-21", clock))
        assert MoneyDay.objects.count() == days

    def test_a_payment_that_is_told_late_still_converts(self):
        anna = account("anna@example.com", "2026-10-19")
        counting.refresh(now=NOW)
        assert ConversionWeek.objects.get().paid == 0
        pay(anna, at("2026-11-17"))
        counting.refresh(now=NOW + timedelta(days=1))
        assert ConversionWeek.objects.get().paid == 1

    def test_a_payment_may_be_told_three_days_after_the_last_account_had_its_time(self):
        """The week from 5 October has its 30 days until 11 November."""
        anna, boris = (account(email, "2026-10-05") for email in ("anna@example.com", "boris@example.com"))
        counting.refresh(now=at("2026-11-13"))
        pay(anna, at("2026-11-03"))
        counting.refresh(now=at("2026-11-14"))
        assert ConversionWeek.objects.get().paid == 1
        pay(boris, at("2026-11-03"))
        counting.refresh(now=at("2026-11-15"))
        assert ConversionWeek.objects.get().paid == 1

    def test_weeks_are_counted_once_a_day_whatever_was_paid(self, django_assert_num_queries):
        anna = account("anna@example.com", "2026-11-02")
        store(subscription(at("2026-11-02")), anna)
        counting.refresh(now=NOW)
        pay(anna, at("2026-11-02"))
        with django_assert_num_queries(5):
            counting.refresh(now=NOW + timedelta(hours=1))
        assert ConversionWeek.objects.get().paid == 0
        counting.refresh(now=NOW + timedelta(days=1))
        assert ConversionWeek.objects.get().paid == 1

    def test_payments_are_read_of_the_accounts_asked_for_alone(self):
        old, new = account("old@example.com", "2026-03-02"), account("new@example.com", "2026-11-02")
        for user in (old, new):
            pay(user, at("2026-11-03"))
        assert counting._first_payments(User.objects.filter(pk=new.pk)) == {new.pk: at("2026-11-03")}

    def test_a_week_long_over_is_kept_when_its_accounts_are_deleted(self):
        account("anna@example.com", "2026-08-03")
        counting.refresh(now=NOW)
        User.objects.all().delete()
        counting.refresh(now=NOW)
        assert ConversionWeek.objects.get().accounts == 1

    def test_day_by_day_is_as_good_as_at_once(self):
        learners = [account(f"{n}@example.com", f"2026-10-{20 + n}") for n in range(6)]
        for n, learner in enumerate(learners):
            begun = at("2026-10-25") + timedelta(days=n)
            end = begun + timedelta(days=4 * n) if n % 2 else None
            store(subscription(begun, YEARLY if n % 3 else price(), ended_at=end), learner)
            pay(learner, begun)
        for ago in range(40, -1, -1):
            counting.refresh(now=NOW - timedelta(days=ago))
        before = figures()
        counting.rebuild(now=NOW)
        assert figures() == before and len(before[1]) == 27


def test_a_discount_that_stripe_tells_of_is_taken_off(stripe, anna, her):
    """Bought on the fake's page with a code, and told by its webhooks."""
    customer = library.Customer.create(metadata={"learner": str(anna.pk)}, **asked())
    off = library.Coupon.create(percent_off=50, duration="forever", **asked())
    card = library.PaymentMethod.attach("pm_card_visa", customer=customer.id, **asked())
    price_id = Plan.objects.get(code="monthly").price_at_stripe
    library.Subscription.create(
        customer=customer.id,
        items=[{"price": price_id}],
        discounts=[{"coupon": off.id}],
        default_payment_method=card.id,
        **asked(),
    )
    settle(customer.id, now=timezone.now())
    counting.refresh(now=timezone.now() + timedelta(days=1))
    assert PlanDay.objects.get().monthly == Decimal("249.5")

"""The page of business figures and its files: who may see them, and that they show what was typed."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from accounts.weeks import monday_of
from billing.figures import counting as money
from billing.figures.tests.stripe_rows import price, store, subscription
from billing.models import Grant
from progress.business import counting
from progress.business.files import FILES
from progress.business.shown import points
from progress.business.tests.typing import at, guest, typed
from progress.models import BusinessDay, Retention
from progress.models.business import STEPS
from tests.factories import make_course, make_learner, signed_in

pytestmark = pytest.mark.django_db
NOW = at("2026-11-21")
PAGE = "/admin/metrics/"
PATHS = [PAGE, *(f"{PAGE}{name}.csv" for name in FILES)]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


def staff(*permissions: str, **fields) -> Client:
    user = make_learner("staff@example.com", is_staff=True, language="en", **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return signed_in(user)


@pytest.fixture
def analyst() -> Client:
    return staff("view_businessday")


def rows(answer) -> list[dict[str, str]]:
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestWhoMay:
    @pytest.mark.parametrize("path", PATHS)
    def test_staff_with_the_permission(self, analyst, path):
        assert analyst.get(path).status_code == 200
        assert analyst.post(path).status_code == 405

    @pytest.mark.parametrize("path", PATHS)
    def test_nobody_else(self, path):
        assert staff("view_typingsession", "view_user").get(path).status_code == 403
        for client in (Client(), signed_in(guest()), signed_in(make_learner())):
            assert client.get(path).url.startswith("/admin/login/")
        assert not LogEntry.objects.exists()

    def test_of_the_roles_admin_alone(self):
        call_command("setup_roles")
        may = [group.name for group in Group.objects.filter(permissions__codename="view_businessday")]
        assert may == ["admin"]

    def test_the_admin_links_it_for_who_may(self, analyst):
        assert "/admin/progress/businessday/" in analyst.get("/admin/").content.decode()
        assert analyst.get("/admin/progress/businessday/").url == PAGE
        assert analyst.get("/admin/progress/businessday/add/").status_code in (302, 404)

    def test_the_admin_does_not_link_it_for_others(self):
        other = staff("view_typingsession")
        assert "businessday" not in other.get("/admin/").content.decode()

    def test_a_download_is_logged(self, analyst):
        analyst.head(f"{PAGE}days.csv")
        analyst.get(PAGE)
        assert not LogEntry.objects.exists()
        analyst.get(f"{PAGE}retention.csv?days=91")
        logged = LogEntry.objects.get()
        assert logged.object_repr == "retention.csv, 91" and logged.user.email == "staff@example.com"

    def test_there_are_no_other_files(self, analyst):
        assert analyst.get(f"{PAGE}users.csv").status_code == 404


def type_some() -> None:
    """Three days of three learners, to be counted by hand."""
    lesson = make_course().lessons.get(number=1)
    anna, boris, vera = guest(), guest(), guest()
    typed(anna, at("2026-11-02"), lesson, duration_ms=62_000)
    typed(boris, at("2026-11-03"), lesson, stars=1, accuracy=90, duration_ms=40_000)
    typed(anna, at("2026-11-20"), duration_ms=90_000)
    typed(vera, at("2026-11-20"), cpm=10)
    typed(vera, at("2026-11-21", "06:00:00"))
    counting.refresh(now=NOW)


class TestWhatItShows:
    def test_by_hand(self, analyst):
        type_some()
        page = analyst.get(PAGE)
        sections = {one.slug: one for one in page.context["sections"]}
        shown = {one.name: one.shown for section in sections.values() for one in section.tiles}
        # 3 active learner-days in the 19 days since the first; 30-day sums: 1, then 2 for 18 days.
        assert shown == {
            "A day": "0.2",
            "In 7 days": "1",
            "In 30 days": "2",
            "Stickiness": "8.1%",
            "New learners": "2",
            "Sessions": "4",
            "Median duration": "60\u00a0s",
            "Mean duration": "63\u00a0s",
            "Completion rate": "50.0%",
            "Lessons typed": "2",
            "Passed the same day": "1",
            "After week 1": "0.0%",
        }
        assert "Today until 12:00 UTC: 1 active learner." in page.content.decode()
        assert sections["retention"].rows == ['<th scope="row">11/02/2026</th><td>2</td><td>0</td>']

    def test_the_file_has_every_day(self, analyst):
        type_some()
        days = rows(analyst.get(f"{PAGE}days.csv"))
        assert (
            len(days) == 19
            and days[0]["date"] == "2026-11-02"
            and days[-1]
            == {
                "date": "2026-11-20",
                "active": "1",
                "active_in_7_days": "1",
                "active_in_30_days": "2",
                "new": "0",
                "sessions": "2",
                "median_seconds": "60",
                "mean_seconds": "75.0",
                "lessons_typed": "0",
                "lessons_passed": "0",
            }
        )
        assert days[5]["median_seconds"] == ""
        assert rows(analyst.get(f"{PAGE}retention.csv")) == [
            {"cohort": "2026-11-02", "week": "2026-11-02", "learners": "2"}
        ]

    @pytest.mark.parametrize("asked", ["", "?days=", "?days=0", "?days=x", "?days=31", "?days=-30&x=\x00"])
    def test_a_period_there_is_not_is_as_good_as_none(self, analyst, asked):
        assert analyst.get(PAGE + asked).context["length"] == 30

    @pytest.mark.parametrize("language", ["en", "ru"])
    def test_empty(self, analyst, language):
        page = analyst.get(PAGE, headers={"Accept-Language": language})
        assert (
            not page.context["sections"]
            and "<svg" not in page.content.decode().split("metrics", 1)[1].split("</main>")[0]
        )
        assert rows(analyst.get(f"{PAGE}days.csv")) == rows(analyst.get(f"{PAGE}retention.csv")) == []

    def test_each_in_her_language(self, analyst):
        """What is kept of the page for one is not shown to the other."""
        type_some()
        russian = signed_in(make_learner("boss@example.com", is_staff=True, is_superuser=True, language="ru"))
        for _ in range(2):
            assert "New learners" in analyst.get(PAGE).content.decode()
            page = russian.get(PAGE).content.decode()
            assert "Новые пользователи" in page and "New learners" not in page

    @pytest.mark.parametrize("name", FILES)
    def test_no_cache_on_the_way_keeps_a_file(self, analyst, name):
        assert analyst.get(f"{PAGE}{name}.csv")["Cache-Control"] == "private, no-store"

    def test_what_changed_since_the_period_before(self, analyst):
        fill(60)
        tiles = analyst.get(PAGE).context["sections"][0].tiles
        assert [(one.shown, one.change) for one in tiles][:3] == [
            ("46", "+193.5%"),
            ("60", "+100.0%"),
            ("600", "±0.0%"),
        ]


def fill(days: int) -> None:
    """As many days, each with one more active learner than that before."""
    today = NOW.date()
    BusinessDay.objects.bulk_create(
        BusinessDay(
            date=today - timedelta(days=days - n),
            active=n + 1,
            week=n + 1,
            month=600,
            newcomers=1,
            sessions=121,
            duration_ms=7_000_000,
            durations=[n + 1] * (STEPS + 1),
            lessons=10,
            passed=3,
            counted_at=NOW,
        )
        for n in range(days)
    )
    mondays = [monday_of(today) - timedelta(weeks=n) for n in range(days // 7)]
    Retention.objects.bulk_create(
        Retention(cohort=cohort, week=week, learners=1000)
        for cohort in mondays
        for week in mondays
        if week >= cohort
    )


def test_years_take_as_many_queries_as_a_day(analyst, django_assert_max_num_queries):
    fill(2)
    with django_assert_max_num_queries(15) as few:
        analyst.get(PAGE)
    BusinessDay.objects.all().delete()
    Retention.objects.all().delete()
    fill(1000)
    with django_assert_max_num_queries(15) as many:
        assert len(analyst.get(f"{PAGE}?days=364").context["report"].steps) == 52
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [
        (0.125, 0.1, "+2.5\u00a0pp"),
        (0.1, 0.1234, "−2.3\u00a0pp"),
        (0.1004, 0.1, "±0.0\u00a0pp"),
        (0, 0.5, "−50.0\u00a0pp"),
        (None, 0.5, ""),
        (0.5, None, ""),
    ],
)
def test_shares_change_by_tenths_of_points(now, before, shown):
    with translation.override("en"):
        assert points(now, before) == shown


def test_plans_show_those_past_due_as_paid_too(analyst):
    """As the definition of paid subscriptions says."""
    for status in ("active", "past_due"):
        store(subscription(at("2026-11-01"), status=status))
    money.refresh(now=NOW)
    sections = {one.slug: one for one in analyst.get(PAGE).context["sections"]}
    assert sections["plans"].head[:2] == ["Paid subscriptions", "Past due"]
    (row,) = sections["plans"].rows
    assert "<td>2</td><td>1</td><td>0</td><td>€9.98</td>" in row
    shown = {one.name: one.shown for one in sections["money"].tiles}
    assert (shown["Paid subscriptions"], shown["Past due"]) == ("2", "1")


def test_who_bought_for_good_beside_a_subscription_is_in_both(analyst):
    anna = make_learner()
    store(subscription(at("2026-11-01")), anna)
    Grant.objects.create(user=anna, kind="lifetime", starts_at=at("2026-11-10"))
    money.refresh(now=NOW)
    section = next(one for one in analyst.get(PAGE).context["sections"] if one.slug == "money")
    shown = {one.name: one.shown for one in section.tiles}
    assert shown["Paid subscriptions"] == shown["Bought for good"] == "1"
    defined = dict(section.definitions)["Bought for good, Gift code, Granted by support"]
    assert "with or without a subscription as well" in defined


def test_money_by_hand(analyst):
    for begun, bought in (("2026-11-01", price()), ("2026-11-02", price("yearly", 3999, "year"))):
        store(subscription(at(begun), bought))
    store(subscription(at("2026-11-19"), trial_end=at("2026-11-26"), status="trialing"))
    money.refresh(now=NOW)
    sections = {one.slug: one for one in analyst.get(PAGE).context["sections"]}
    shown = {one.name: one.shown for one in sections["money"].tiles}
    assert shown == {
        "MRR, EUR": "€8.32",
        "Paid subscriptions": "2",
        "Past due": "0",
        "On trial": "1",
        "Churn": "–",
        "Bought for good": "0",
        "Gift code": "0",
        "Granted by support": "0",
    }
    assert [row.count("<td>") for row in sections["plans"].rows] == [4, 4]
    plans = rows(analyst.get(f"{PAGE}plans.csv"))
    assert plans[-1]["monthly"] == "333.2500" and len(plans) == 20 + 19
    assert (
        len(rows(analyst.get(f"{PAGE}money.csv"))) == 20 and rows(analyst.get(f"{PAGE}conversion.csv")) == []
    )

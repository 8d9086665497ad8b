"""The business figures: counted by hand, and the same however and in whatever order they are counted."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.guests import prune_guests
from accounts.merging import merge
from accounts.models import User
from accounts.weeks import monday_of
from progress.business import counting
from progress.business.tests.typing import at, guest, typed
from progress.keystrokes.passing import ACCURATE, Runs
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.models import BusinessDay, ChangedDay, CountedLearner, LearnerDay, Retention, TypingSession
from progress.models.business import STEP_MS, STEPS
from progress.recording.deleting import delete_session
from progress.tasks import count_business, rebuild_learner
from tests.factories import make_course, make_learner

pytestmark = pytest.mark.django_db
NOW = at("2026-11-21")


def day(of: str) -> BusinessDay:
    return BusinessDay.objects.get(date=of)


def figures() -> tuple[list, list, list]:
    """All that was counted, but when."""
    days = BusinessDay.objects.order_by("date").values(
        *[field.name for field in BusinessDay._meta.fields if field.name != "counted_at"]
    )
    learner_days = LearnerDay.objects.order_by("learner", "date").values_list(
        "learner", "date", "sessions", "characters", "duration_ms", "durations", "lessons", "passed"
    )
    return list(days), list(learner_days), list(Retention.objects.order_by("cohort", "week").values())


def retention() -> dict[tuple[str, str], int]:
    return {(str(one.cohort), str(one.week)): one.learners for one in Retention.objects.all()}


class TestByHand:
    def test_active_learners_are_told_apart_over_a_week_and_a_month(self):
        anna, boris, vera = guest(), guest(), guest()
        for start in ("2026-10-22", "2026-11-14", "2026-11-15", "2026-11-20"):
            typed(anna, at(start))
        typed(boris, at("2026-11-20"))
        typed(boris, at("2026-11-20", "20:00:00"))
        typed(vera, at("2026-10-21"))
        counting.refresh(now=NOW)
        last = day("2026-11-20")
        assert (last.active, last.week, last.month, last.newcomers, last.sessions) == (2, 2, 2, 1, 3)
        assert (day("2026-11-19").month, day("2026-11-14").week, day("2026-10-21").active) == (2, 1, 1)
        assert BusinessDay.objects.count() == 32 and day("2026-11-21").active == 0
        assert day("2026-11-21").week == 2 and day("2026-11-21").month == 2

    def test_a_day_begins_and_ends_at_midnight_of_utc(self):
        typed(guest(), at("2026-11-19", "23:59:59"), local_date=date(2026, 11, 20))
        typed(guest(), at("2026-11-20", "00:00:00"), local_date=date(2026, 11, 19))
        counting.refresh(now=NOW)
        assert (day("2026-11-19").active, day("2026-11-20").active) == (1, 1)

    @pytest.mark.parametrize(("now", "last"), [("23:59:59", "2026-11-20"), ("00:00:00", "2026-11-21")])
    def test_today_is_the_day_of_utc(self, now, last):
        typed(guest(), at("2026-11-20"))
        counting.refresh(now=at("2026-11-21" if now == "00:00:00" else "2026-11-20", now))
        assert str(BusinessDay.objects.latest("date").date) == last

    def test_who_typed_too_little_was_not_active_but_is_in_the_sums(self):
        few = LEAST_CHARACTERS - 1
        typed(guest(), at("2026-11-20"), cpm=few, duration_ms=60_000)
        twice = guest()
        typed(twice, at("2026-11-20"), cpm=few, duration_ms=60_000)
        typed(twice, at("2026-11-20", "13:00:00"), cpm=1, duration_ms=60_000)
        counting.refresh(now=NOW)
        last = day("2026-11-20")
        assert (last.active, last.week, last.newcomers, last.sessions) == (1, 1, 1, 3)

    def test_durations_are_kept_in_steps(self):
        learner = guest()
        for ms in (0, 4_999, 5_000, 599_999, 600_000, 3_600_000):
            typed(learner, at("2026-11-20", f"{ms % 23:02}:00:00"), duration_ms=ms)
        counting.refresh(now=NOW)
        last = day("2026-11-20")
        expected = [0] * (STEPS + 1)
        expected[0], expected[1], expected[119], expected[120] = 2, 1, 1, 2
        assert last.durations == expected
        typed(learner, at("2026-11-21", "00:00:00"), duration_ms=9_000, recorded_at=NOW)
        counting.refresh(now=NOW)
        expected[1] += 1
        assert day("2026-11-20").durations != day("2026-11-21").durations == expected
        assert last.duration_ms == 0 + 4_999 + 5_000 + 599_999 + 600_000 + 3_600_000

    def test_a_lesson_of_a_day_is_passed_by_the_runs_of_that_day(self):
        course = make_course(lessons=3, free=3)
        one, two, three = course.lessons.order_by("number")
        anna, boris = guest(), guest()
        typed(anna, at("2026-11-19"), one, stars=1, accuracy=95)
        typed(anna, at("2026-11-20", "01:00:00"), one, stars=1, accuracy=95)
        typed(anna, at("2026-11-20", "02:00:00"), one, stars=1, accuracy=95)
        typed(anna, at("2026-11-20", "03:00:00"), two, stars=1, accuracy=80)
        typed(anna, at("2026-11-20", "04:00:00"), two, stars=2, accuracy=80)
        for hour in range(3):
            typed(boris, at("2026-11-20", f"0{hour}:00:00"), three, stars=1, accuracy=ACCURATE)
        typed(boris, at("2026-11-20", "05:00:00"))
        counting.refresh(now=NOW)
        last = day("2026-11-20")
        assert (last.lessons, last.passed) == (3, 2)
        assert (day("2026-11-19").lessons, day("2026-11-19").passed) == (1, 0)

    def test_retention_goes_by_the_week_of_the_first_active_day(self):
        anna, boris = guest(), guest()
        for start in ("2026-11-01", "2026-11-02", "2026-11-20"):
            typed(anna, at(start))
        typed(boris, at("2026-11-02"))
        typed(boris, at("2026-10-26"), cpm=1)
        counting.refresh(now=NOW)
        assert retention() == {
            ("2026-10-26", "2026-10-26"): 1,
            ("2026-10-26", "2026-11-02"): 1,
            ("2026-10-26", "2026-11-16"): 1,
            ("2026-11-02", "2026-11-02"): 1,
        }


class TestWhatComesLater:
    def test_a_session_that_arrives_late_is_counted_on_its_day(self):
        anna = guest()
        typed(anna, at("2026-11-10"))
        typed(guest(), at("2026-10-01"))
        counting.refresh(now=NOW)
        assert retention() == {("2026-09-28", "2026-09-28"): 1, ("2026-11-09", "2026-11-09"): 1}
        late = NOW + timedelta(minutes=30)
        typed(anna, at("2026-10-15"), recorded_at=late)
        counting.refresh(now=late + timedelta(hours=1))
        assert (day("2026-10-15").active, day("2026-10-15").month, day("2026-11-10").newcomers) == (1, 2, 0)
        assert day("2026-11-13").month == 1 and day("2026-11-14").month == 1
        assert retention() == {
            ("2026-09-28", "2026-09-28"): 1,
            ("2026-10-12", "2026-10-12"): 1,
            ("2026-10-12", "2026-11-09"): 1,
        }

    def test_a_session_committed_after_the_count_that_it_was_recorded_before(self):
        counting.refresh(now=NOW)
        typed(guest(), at("2026-11-21", "11:30:00"), recorded_at=NOW - timedelta(seconds=1))
        counting.refresh(now=NOW + timedelta(hours=1))
        assert day("2026-11-21").active == 1

    def test_days_without_a_count_are_made_up(self):
        typed(guest(), at("2026-11-20"))
        counting.refresh(now=NOW)
        typed(guest(), at("2026-11-23"))
        counting.refresh(now=NOW + timedelta(days=10))
        assert [day(f"2026-11-{date}").active for date in (21, 22, 23, 24)] == [0, 0, 1, 0]
        assert BusinessDay.objects.latest("date").date == date(2026, 12, 1)

    def test_pruned_guests_stay_counted_and_nothing_leads_to_them(self):
        anna = guest()
        typed(anna, at("2026-10-01"))
        counting.refresh(now=NOW)
        before = figures()
        assert prune_guests(now=NOW) == 1 and not TypingSession.objects.exists()
        typed(guest(), at("2026-10-01"), recorded_at=NOW)
        counting.refresh(now=NOW + timedelta(minutes=1))
        assert day("2026-10-01").active == 2 and retention()["2026-09-28", "2026-09-28"] == 2
        assert not CountedLearner.objects.filter(number=before[1][0][0]).exists()
        counting.rebuild(now=NOW + timedelta(minutes=2))
        assert day("2026-10-01").active == 2

    def test_a_deleted_session_is_taken_back(self):
        anna, lesson = make_learner(), make_course().lessons.get(number=1)
        gone = typed(anna, at("2026-11-19"), lesson)
        left = typed(anna, at("2026-11-20"), lesson)
        counting.refresh(now=NOW)
        delete_session(session_id=gone.pk, learner=anna, now=NOW)
        rebuild_learner(str(anna.pk))
        counting.refresh(now=NOW)
        assert (day("2026-11-19").sessions, day("2026-11-20").newcomers) == (0, 1)
        assert LearnerDay.objects.get().date == left.started_at.date()

    def test_a_merged_guest_and_her_account_are_one(self):
        anna, was = make_learner(), guest()
        typed(anna, at("2026-11-19"))
        typed(was, at("2026-11-19"))
        typed(was, at("2026-10-19"))
        counting.refresh(now=NOW)
        assert day("2026-11-19").active == 2
        assert merge(was, anna, now=NOW)
        counting.refresh(now=NOW)
        assert (day("2026-11-19").active, day("2026-11-19").sessions, day("2026-11-19").week) == (1, 2, 1)
        assert (day("2026-10-19").active, day("2026-11-19").newcomers) == (1, 0)
        assert CountedLearner.objects.get().user == anna

    def test_a_guest_who_was_not_counted_yet_is_merged_as_well(self):
        anna, was = make_learner(), guest()
        typed(was, at("2026-11-19"))
        assert merge(was, anna, now=NOW)
        counting.refresh(now=NOW)
        assert day("2026-11-19").active == 1 and CountedLearner.objects.get().user == anna

    def test_twice_is_as_good_as_once(self):
        typed(guest(), at("2026-11-20"))
        with time_machine.travel(NOW, tick=False):
            count_business()
            before = figures()
            count_business()
        assert day("2026-11-20").active == 1 and figures() == before and not ChangedDay.objects.exists()


SESSIONS = st.tuples(
    st.integers(0, 3),  # whose
    st.integers(0, 60),  # days before NOW on which it began
    st.integers(0, 23),  # hour
    st.integers(0, 45),  # days later that it arrived
    st.sampled_from([1, 19, 20, 300]),  # characters
    st.integers(1, 3),  # stars
    st.sampled_from([94.9, 95.0]),
)


@settings(max_examples=25)
@given(sessions=st.lists(SESSIONS, max_size=14), gone=st.integers(0, 3), merged=st.booleans())
def test_counted_bit_by_bit_is_counted_at_once_and_by_the_definitions(sessions, gone, merged):
    """Sessions arrive in any order, with a count after each; then all is counted anew, and by plain Python."""
    clean()
    lesson = make_course(slug=f"c{uuid4().hex[:8]}").lessons.get(number=1)
    people = [guest() for _ in range(4)]
    known = [[one.pk] for one in people]
    for arrived, start, (who, days, _hour, _late, characters, stars, accuracy) in arrivals(sessions):
        typed(
            people[who],
            start,
            lesson,
            cpm=characters * 60_000 / (60_000 + 7_000 * days),
            stars=stars,
            accuracy=accuracy,
            recorded_at=arrived,
            duration_ms=60_000 + 7_000 * days,
        )
        counting.refresh(now=arrived)
    counting.refresh(now=NOW)
    if merged:
        merge(people[gone], people[gone - 1], now=NOW)
        people[gone] = people[gone - 1]
    counting.refresh(now=NOW)
    by_hand(NOW)
    before = figures()
    User.objects.filter(pk=known[gone - 2][0]).delete()
    counting.rebuild(now=NOW)
    assert figures() == before
    clean()


def arrivals(sessions: list[tuple]) -> list[tuple[datetime, datetime, tuple]]:
    """When each arrived, when it began, and what it is, in the order of their arrival; none is of the future."""
    come = []
    for session in sessions:
        _who, days, hour, late, *_ = session
        start = NOW.replace(hour=0) - timedelta(days=days) + timedelta(hours=hour)
        come.append((min(start + timedelta(days=late, hours=1), NOW), start, session))
    return sorted(one for one in come if one[1] < one[0])


def clean() -> None:
    for kind in (TypingSession, BusinessDay, LearnerDay, Retention, CountedLearner, ChangedDay):
        kind.objects.all().delete()


def by_hand(now: datetime) -> None:
    """Compare every day with what its definition says, counted from the sessions in plain Python."""
    days: defaultdict[date, list[TypingSession]] = defaultdict(list)
    for session in TypingSession.objects.all():
        days[session.started_at.astimezone(UTC).date()].append(session)
    active = {
        when: {
            user
            for user in {one.user_id for one in some}
            if sum(one.characters for one in some if one.user_id == user) >= LEAST_CHARACTERS
        }
        for when, some in days.items()
    }
    counted = {one.date: one for one in BusinessDay.objects.all()}
    first: dict = {}
    for when in sorted(active):
        for user in active[when]:
            first.setdefault(user, when)
    for when, one in counted.items():
        some = days.get(when, [])

        def over(length, when=when):
            return len(set().union(*[active.get(when - timedelta(days=n), set()) for n in range(length)]))

        assert (one.active, one.week, one.month) == (over(1), over(7), over(30))
        assert one.newcomers == sum(begun == when for begun in first.values())
        runs: defaultdict = defaultdict(list)
        for session in some:
            runs[session.user_id, session.lesson_id].append(session)
        passed = [
            Runs(max(run.stars for run in of), sum(run.accuracy >= ACCURATE for run in of)).is_passed
            for of in runs.values()
        ]
        assert (one.sessions, one.lessons, one.passed) == (len(some), len(passed), sum(passed))
        assert one.duration_ms == sum(run.duration_ms for run in some)
        until = [run for earlier in days if earlier <= when for run in days[earlier]]
        assert one.durations == [
            sum(min(run.duration_ms // STEP_MS, STEPS) == place for run in until)
            for place in range(STEPS + 1)
        ]
    assert set(days) <= set(counted)
    expected: defaultdict = defaultdict(set)
    for when, users in active.items():
        for user in users:
            expected[monday_of(first[user]), monday_of(when)].add(user)
    kept = {(one.cohort, one.week): one.learners for one in Retention.objects.all()}
    assert kept == {key: len(users) for key, users in expected.items()}


def test_the_command_counts_everything_anew():
    typed(guest(), at("2026-11-20"))
    counting.refresh(now=NOW)
    LearnerDay.objects.update(sessions=7)
    BusinessDay.objects.all().delete()
    with time_machine.travel(NOW, tick=False):
        call_command("rebuild_business")
    assert day("2026-11-20").sessions == 1

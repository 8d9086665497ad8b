from datetime import date, timedelta

import pytest

from lessons import frequencies
from progress.figures.keys import KnownKeys
from progress.figures.reports import ADVICE_ACCURACY, advise, report_of
from progress.keystrokes.skill import Expected, KeySums, Mean, Skill
from progress.keystrokes.strikes import strikes
from progress.models import SkillProfile
from progress.tests.practice import WEEK, practise, skill
from tests.factories import make_learner


class TestReport:
    def test_a_week_from_monday_to_sunday(self, anna):
        practise(anna, WEEK - timedelta(days=1), cpm=500)
        practise(anna, WEEK, minutes=10, cpm=100, accuracy=90)
        practise(anna, WEEK + timedelta(days=6), minutes=30, cpm=200, accuracy=98, sessions=5)
        practise(anna, WEEK + timedelta(days=7), cpm=500)
        report = report_of(anna, WEEK)
        assert (report.days, report.minutes, report.exercises) == (2, 40, 8)
        assert report.cpm == pytest.approx(175)
        assert report.accuracy == pytest.approx((90 * 1000 + 98 * 6000) / 7000)
        assert report.sunday == date(2026, 11, 15)

    def test_against_the_week_before_and_the_best(self, anna):
        for weeks_ago, cpm in [(30, 210), (2, 180), (1, 160), (0, 170)]:
            practise(anna, WEEK - timedelta(weeks=weeks_ago), cpm=cpm)
        report = report_of(anna, WEEK)
        assert (report.cpm, report.before, report.best) == pytest.approx((170, 160, 210))

    def test_the_first_week_has_nothing_to_compare_with(self, anna):
        practise(anna, WEEK)
        report = report_of(anna, WEEK)
        assert (report.before, report.best, report.streak) == (None, None, 0)

    def test_the_streak_as_of_sunday(self, anna):
        for day in range(-3, 10):
            practise(anna, WEEK + timedelta(days=day))
        assert report_of(anna, WEEK).streak == 10

    def test_a_week_without_practice_has_no_report(self, anna):
        practise(anna, WEEK - timedelta(days=1))
        practise(anna, WEEK + timedelta(days=7))
        practise(make_learner("bob@example.com"), WEEK)
        assert report_of(anna, WEEK) is None

    def test_speeds_are_of_the_layout_typed_most(self, anna):
        practise(anna, WEEK - timedelta(weeks=1), cpm=300, layout="en-qwerty")
        practise(anna, WEEK, minutes=20, cpm=150)
        practise(anna, WEEK + timedelta(days=1), minutes=5, cpm=300, layout="en-qwerty")
        report = report_of(anna, WEEK)
        assert (report.layout, report.layouts, report.cpm, report.best) == ("ru-jcuken", 2, 150, None)
        assert (report.days, report.minutes) == (2, 25)

    def test_the_curve_is_by_weeks_where_there_are_enough(self, anna):
        for week in range(20):
            practise(anna, WEEK - timedelta(weeks=week), cpm=100 + week)
        report = report_of(anna, WEEK)
        assert report.period == "week" and len(report.points) == 12
        assert [point.cpm for point in report.points] == pytest.approx([111 - n for n in range(12)])

    def test_and_by_days_at_first(self, anna):
        for day in range(5):
            practise(anna, WEEK + timedelta(days=day), cpm=100 + day)
        practise(anna, WEEK - timedelta(weeks=40))
        report = report_of(anna, WEEK)
        assert report.period == "day"
        assert [point.start for point in report.points] == [WEEK + timedelta(days=n) for n in range(5)]

    def test_as_many_queries_however_much_was_typed(self, anna, django_assert_num_queries):
        for day in range(300):
            practise(anna, WEEK - timedelta(days=day))
        with django_assert_num_queries(2):
            report_of(anna, WEEK)

    def test_the_advice_is_from_her_own_keys_on_that_layout(self, anna):
        for n in range(5):
            practise(anna, WEEK + timedelta(days=n))
        for user, layout, pair in [
            (anna, "ru-jcuken", "пр"),
            (anna, "en-qwerty", "то"),
            (make_learner("bob@example.com"), "ru-jcuken", "ст"),
        ]:
            state = skill(pair=pair, slow=1.5)
            SkillProfile.objects.create(user=user, layout=layout, skill=state)
        advice = report_of(anna, WEEK).advice
        assert (advice.kind, advice.keys) == ("pair", "пр")


class TestAdvice:
    def advise(self, known, *, accuracy=96.0, days=5):
        return advise(accuracy, days, KnownKeys(known, "ru-jcuken"))

    def test_accuracy_comes_first(self):
        known = skill(pair="пр", slow=1.5)
        assert self.advise(known, accuracy=ADVICE_ACCURACY - 0.1, days=1).kind == "slower"
        assert self.advise(known, accuracy=ADVICE_ACCURACY).kind == "pair"

    def test_then_the_habit(self):
        known = skill(pair="пр", slow=1.5)
        assert [self.advise(known, days=days).kind for days in (1, 2, 3)] == ["often", "often", "pair"]

    def test_what_a_pair_costs(self):
        known = skill(pair="пр", slow=1.0)
        advice = self.advise(known)
        pairs = frequencies.pairs("ru")
        expected = Expected(known, strikes("ru-jcuken"))
        extra = expected.pair_ms("пр") - expected.ms("р")
        assert extra > 400
        assert advice.keys == "пр" and advice.cost == pytest.approx(pairs["пр"] * extra, rel=0.05)

    def test_a_key_where_no_pair_stands_out(self):
        known = skill(pair="пр", slow=0.0)
        known.keys["п"] = KeySums(Mean(400, 200), Mean(400, 400))
        advice = self.advise(known)
        assert (advice.kind, advice.keys) == ("key", "п") and advice.cost > 1

    def test_nothing_known_yet(self):
        assert self.advise(Skill()).kind == "often"

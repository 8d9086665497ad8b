"""What the coach says: judged exactly, and shown so that it agrees."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from coaching.advice.difficulty import Run
from coaching.advice.standing import Standing
from coaching.forecast.learning_curve import PractisedDay
from coaching.models import Advice
from coaching.plans.plans import propose
from coaching.wording import achieved, day, headline, level_sentence
from progress.figures.keys import KnownKeys
from progress.keystrokes.skill import Mean, Skill
from tests.factories import NOW

LAYOUT = "en-qwerty"


def standing(*, accuracy: float = 98.0, keystrokes: int = 400, timed: int = 400, days=()) -> Standing:
    """Somebody of 250 CPM of whom no key is weak."""
    speed = Mean(timed, timed * math.log(240))
    keys = KnownKeys(Skill(timed=timed, speed=speed), LAYOUT)
    return Standing(User(), LAYOUT, keys, days, [Run(keystrokes, accuracy, 250)], NOW)


def told(before: float, after: float | None, hoped: float = 0.1) -> str:
    with override("en"):
        return achieved(Advice(item="e", cost=before, cost_after=after, predicted_gain=hoped))


class TestAchieved:
    @pytest.mark.parametrize(
        ("before", "after", "sentence"),
        [
            (0.26, 0.24, "0.26\u00a0s before, 0.24\u00a0s now"),
            (0.34, 0.26, "0.08\u00a0s saved"),
            (0.137, 0.165, "0.14\u00a0s before, 0.17\u00a0s now"),
            (0.2, 0.26, "did not get better"),
            (0.2, None, "0.20\u00a0s before, 0.20\u00a0s now"),
        ],
    )
    def test_a_gain_is_judged_exactly(self, before, after, sentence):
        assert sentence in told(before, after)

    @given(st.floats(0.05, 20), st.floats(0, 20))
    def test_the_figures_shown_agree_with_the_verdict(self, before, after):
        sentence = told(before, after)
        figures = [float(part.strip(";,.")) for part in sentence.split() if part[0].isdigit()]
        assert ("saved" in sentence) == (round(before - after, 9) >= 0.05)
        if "saved" in sentence:
            assert figures[2] == pytest.approx(figures[0] - figures[1]) and figures[2] >= 0.05


class TestHeadline:
    def says(self, who: Standing) -> tuple[str, str]:
        with override("en"):
            proposal = propose(who, None)
            return headline(who), level_sentence(proposal.difficulty, proposal.target_cpm, "wpm")

    def test_whoever_misses_much_is_told_accuracy_first_after_a_single_lesson(self):
        first, then = self.says(standing(accuracy=74.7, keystrokes=90, timed=60))
        assert first.startswith("Accuracy first") and "74.7%" in then and "300" not in then

    def test_no_key_is_called_sure_where_accuracy_comes_first(self):
        first, then = self.says(standing(accuracy=94.0))
        assert "97% accuracy first" in then
        assert "sure" not in first and "mistakes" in first
        assert "sure" in self.says(standing(accuracy=97.5))[0]


def test_a_goal_not_chosen_is_never_reached_already():
    """Eight days at 280, then one hard test at 172: the suggestion goes by the curve, as the forecast does."""
    days = [PractisedDay(date(2026, 11, 1) + timedelta(days=n), 10, 280.0) for n in range(8)]
    who = replace(standing(days=days), runs=[Run(400, 95, 172)])
    assert not who.forecast(who.suggested_goal).is_reached
    assert who.suggested_goal >= 300


def test_a_day_does_not_break_at_the_end_of_a_line():
    with override("ru"):
        assert day(date(2027, 1, 2)) == "2\u00a0января\u00a02027"

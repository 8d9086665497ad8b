import re
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.units import SpeedUnit, accuracy, exact_speed, wanted_speed
from lessons.models import Lesson
from progress.api.fields import reached, reached_wpm
from progress.keystrokes.scoring import MOST_STARS, next_star, stars
from progress.models import TypingSession
from progress.templatetags.results import target_reached, wanted
from progress.templatetags.stars import lit, stars_in_words


@pytest.mark.parametrize("rating", range(MOST_STARS + 1))
def test_as_many_are_lit_as_there_are_stars(rating):
    assert len(lit(rating)) == MOST_STARS == stars(1000, 100, target_cpm=1)
    assert sum(lit(rating)) == rating and sorted(lit(rating), reverse=True) == lit(rating)


def test_stars_in_words():
    assert stars_in_words(1) == "1 star of 5" and stars_in_words(4) == "4 stars of 5"


@pytest.mark.parametrize("template", ["_star", "_dots"])
def test_what_is_drawn_stands_close_to_what_follows(template):
    drawn = render_to_string(f"progress/{template}.html", {"stars": 2, "size": 20})
    assert drawn == drawn.strip() and "class=" in drawn


def test_a_star_is_lit_or_not():
    assert 'class="star lit"' in render_to_string("progress/_star.html", {"size": 20, "lit": True})
    assert 'width="20" height="20" aria-hidden="true" class="star">' in render_to_string(
        "progress/_star.html", {"size": 20}
    )


def test_dots_are_lit_from_the_left():
    drawn = render_to_string("progress/_dots.html", {"stars": 2})
    assert drawn.count("<i") == MOST_STARS
    assert '><i class="lit"></i><i class="lit"></i><i></i>' in drawn


def numbers(shown: str) -> list[Decimal]:
    """The numbers of a Russian or English sentence."""
    return [Decimal(number.replace(",", ".")) for number in re.findall(r"[0-9]+(?:[.,][0-9]+)?", shown)]


def shown(cpm: float, unit: SpeedUnit) -> Decimal:
    """A speed that is wanted, as it is shown."""
    return Decimal(wanted_speed(cpm, unit).replace(",", "."))


runs = {
    "characters": st.integers(2, 600),
    "duration_ms": st.integers(1_000, 600_000),
    "errors": st.integers(0, 40),
    "target_cpm": st.integers(20, 300),
    "unit": st.sampled_from(["cpm", "wpm"]),
    "language": st.sampled_from(["ru", "en"]),
}


# 53.2 characters a minute with a target of 50, of which 55 are worth five stars, and 32 right keystrokes of 33.
@example(characters=134, duration_ms=150_000, errors=0, target_cpm=50, unit="wpm", language="ru")
@example(characters=32, duration_ms=20_000, errors=1, target_cpm=50, unit="cpm", language="en")
@given(**runs)
def test_stars_are_what_the_figures_shown_say(characters, duration_ms, errors, target_cpm, unit, language):
    cpm, percent = 60_000 * (characters - 1) / duration_ms, 100 * characters / (characters + errors)
    earned = stars(cpm, percent, target_cpm)
    lesson = Lesson(target_cpm=target_cpm, target_accuracy=92)
    with translation.override(language):
        speed, sure = numbers(exact_speed(cpm, unit))[0], numbers(accuracy(percent))[0]
        for before in range(1, MOST_STARS):
            session = TypingSession(lesson=lesson, stars=before, cpm=cpm, accuracy=percent)
            _next, least, least_sure = next_star(before, target_cpm)
            missing = [shown(least, unit)] * (speed < shown(least, unit))
            missing += [Decimal(least_sure)] * (sure < least_sure)
            assert numbers(wanted(session, unit)) == missing
            assert (not missing) is (earned > before)
        session = TypingSession(lesson=lesson, cpm=cpm, accuracy=percent)
        least, least_sure = numbers(target_reached(session, unit))
        is_said_reached = re.search("(reached|достигнута):", target_reached(session, unit)) is not None
        assert is_said_reached is (speed >= least and sure >= least_sure)


@given(**runs)
def test_stars_are_what_the_figures_of_the_api_say(
    characters, duration_ms, errors, target_cpm, unit, language
):
    cpm, percent = 60_000 * (characters - 1) / duration_ms, 100 * characters / (characters + errors)
    earned = stars(cpm, percent, target_cpm)
    shown = reached(cpm) if unit == "cpm" else 5 * Decimal(str(reached_wpm(cpm)))
    for before in range(1, MOST_STARS):
        _stars, least, least_sure = next_star(before, target_cpm)
        is_met = Decimal(str(shown)) >= Decimal(str(least)) and reached(percent) >= least_sure
        assert is_met is (earned > before)

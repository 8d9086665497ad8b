import pytest
from django.template.loader import render_to_string

from progress.keystrokes.scoring import MOST_STARS, stars
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

"""How far the text of a test reaches, and what its page says of the time."""

import pytest
from django.contrib.auth.models import AnonymousUser

from progress.exercises.timed_tests import MINUTES, Length, timed_exercise


@pytest.mark.parametrize("minutes", MINUTES)
def test_nobody_reaches_the_end_of_one_of_minutes(minutes):
    """Championships are won with 160 words a minute."""
    text = timed_exercise(AnonymousUser(), "en", Length(minutes=minutes), "ordinary").text.body
    assert len(text) >= 160 * 5 * minutes


@pytest.mark.parametrize("length", ["1", "25-words"])
def test_without_javascript_it_says_how_the_time_runs(client, db, length):
    page = client.get(f"/tests/en/{length}/", headers={"Accept-Language": "en"}).content.decode()
    said = page.split('<noscript><p class="exercise-goal">')[1].split("</noscript>")[0]
    assert "from the opening of this page" in said and "not ranked" in said

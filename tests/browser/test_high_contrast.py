"""What colours tell must be told without them, too, where the system has its own (forced colours) or more contrast."""

import os
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from lessons.models import Course
from progress.tests.practice import make_sessions, practise
from tests.factories import lesson_of, make_learner

pytestmark = pytest.mark.parametrize("scheme", ["light", "dark"])
STYLE = """(elements, names) => elements.map((element) => {
  const style = getComputedStyle(element);
  return names.map((name) => style[name]).join(" | ");
})"""


def styles(page: Page, selector: str, *names: str) -> list[str]:
    """What the properties are of each element."""
    return page.locator(selector).evaluate_all(STYLE, list(names))


def one(page: Page, selector: str, *names: str) -> str:
    return styles(page, selector, *names)[0]


def looked_at(page: Page, name: str) -> None:
    """A picture for people, where they ask for it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def forced(page: Page, scheme: str) -> Page:
    page.emulate_media(forced_colors="active", color_scheme=scheme, reduced_motion="reduce")
    return page


class TestPractice:
    def test_done_now_wrong_and_coming_differ(self, forced, stage, scheme):
        opened = stage("asdf jkl;", mode="free").open()
        forced.keyboard.type("axd")
        looked_at(forced, f"practice-{scheme}")
        look = ("color", "textDecorationLine", "textDecorationStyle")
        assert opened.classes()[:5] == ["done", "done mistake", "done", "now", ""]
        looks = [*styles(forced, ".exercise-text span", *look)][:5]
        done, wrong, _done, now, coming = looks
        assert len({done, wrong, now, coming}) == 4
        paper = one(forced, "body", "backgroundColor")
        caret = one(forced, ".caret", "backgroundColor")
        assert caret != paper and now.split(" | ")[0] not in (caret, paper)

    def test_a_caret_that_waits_for_another_key_differs(self, forced, stage, scheme):
        stage("asdf").open()
        shape = ("backgroundColor", "outlineStyle", "outlineWidth")
        right = one(forced, ".caret", *shape)
        forced.keyboard.type("x")
        looked_at(forced, f"wrong-{scheme}")
        assert one(forced, ".caret.wrong", *shape) != right

    def test_fingers_and_the_next_key_differ(self, forced, stage, scheme):
        stage("asdf", layout="en-qwerty").open()
        sides = [
            f"border{side}{what}"
            for side in ("Top", "Bottom", "Left", "Right")
            for what in ("Width", "Style")
        ]
        forced.evaluate(
            "document.querySelectorAll('.key[data-finger]').forEach((key) => key.classList.add('taught'))"
        )
        fingers = ["little", "ring", "middle", "left-index", "right-index", "thumb"]
        looked_at(forced, f"keys-{scheme}")
        looks = {one(forced, f".key.taught[data-finger={finger}]:not(.next)", *sides) for finger in fingers}
        assert len(looks) == len(fingers)
        lit = one(forced, ".key.next", "backgroundColor", "color")
        assert lit not in styles(forced, ".key:not(.next)", "backgroundColor", "color")

    def test_more_contrast_leaves_done_and_coming_apart(self, page, stage, scheme):
        page.emulate_media(contrast="more", color_scheme=scheme)
        stage("asdf").open()
        page.keyboard.type("a")
        looked_at(page, f"contrast-{scheme}")
        done, _now, coming, _coming = styles(page, ".exercise-text span", "textDecorationLine")
        assert done != coming


class TestPages:
    @pytest.fixture
    def visited(self, forced: Page, courses, live_server):
        """Opens a page as a learner with some practice behind her."""
        anna, client = make_learner(), Client()
        client.force_login(anna)
        course = Course.objects.get(slug="ru")
        [session] = make_sessions(anna, lesson_of(course))
        for days, minutes in enumerate((2, 7, 20, 40), 1):
            practise(anna, timezone.localdate() - timedelta(days=days), minutes=minutes)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        forced.context.add_cookies([cookie])

        def visit(path: str, picture: str) -> Page:
            forced.goto(live_server.url + path.format(session=session.pk))
            looked_at(forced, picture)
            return forced

        return visit

    def test_stars_won_and_missed_differ(self, visited, scheme):
        page = visited("/sessions/{session}/", f"result-{scheme}")
        look = styles(page, ".stars .star", "fill", "stroke")
        assert len(look) == 5 and len(set(look)) == 2

    def test_lessons_done_next_and_locked_differ(self, visited, scheme):
        page = visited("/learn/ru/", f"map-{scheme}")
        look = ("backgroundColor", "color", "borderStyle")
        places = [
            one(page, f".map-block .place.{state}", *look) for state in ("done", "next", "locked", "premium")
        ]
        assert len(set(places)) == len(places)
        assert len(set(styles(page, ".map-block .place.done .dots i", "backgroundColor"))) == 2

    def test_levels_of_the_heat_and_days_differ(self, visited, scheme):
        page = visited("/dashboard/", f"dashboard-{scheme}")
        days = {one(page, f".calendar .heat-{level}", "backgroundImage") for level in range(5)}
        assert len(days) == 5
        paper = one(page, "body", "backgroundColor")
        assert one(page, ".chart polyline", "stroke") not in (paper, "none")

import re
from datetime import timedelta

import pytest

from accounts.models import User
from coaching.pages.home import today_of
from progress.figures.days import RECENT_DAYS
from progress.models import DailyStat, LessonProgress, SkillProfile, TypingSession
from progress.pages.tests.posting import fresh_ticket, post
from progress.tests.practice import skill
from tests.factories import NOW, lesson_of, make_course, make_learner, make_test, signed_in

pytestmark = pytest.mark.django_db


class TestForAStranger:
    def test_a_line_in_her_language_and_no_row(self, client):
        make_course()
        for language, line in (("ru", "дом у реки"), ("en", "the old house")):
            page = client.get("/", headers={"Accept-Language": language}).content.decode()
            assert f"{line} " in page and "<typing-exercise" in page and "/practice/placement/" in page
        assert not User.objects.exists()

    def test_who_signed_up_and_typed_nothing_is_one(self):
        assert "<typing-exercise" in signed_in(make_learner()).get("/").content.decode()

    def test_without_courses_and_by_post(self, client):
        assert client.get("/").status_code == 200
        assert client.post("/").status_code == 405

    def test_queries(self, client, django_assert_max_num_queries):
        make_course()
        client.get("/")
        with django_assert_max_num_queries(3):
            client.get("/")


class TestForWhoHasTyped:
    def test_what_is_next_and_what_there_is(self):
        anna, course = make_learner(goal_minutes=10), make_course()
        client = signed_in(anna)
        post(client, fresh_ticket(anna, lesson_of(course)))
        page = client.get("/").content.decode()
        primary = re.search(r'data-primary href="([^"]+)"', page)
        assert primary and primary[1] == "/practice/ru/2/"
        assert "<typing-exercise" not in page and "/learn/ru/" in page

    def test_behind_the_last_free_lesson_there_is_more_to_do(self):
        anna, course = make_learner(), make_course(lessons=2, free=1)
        client = signed_in(anna)
        post(client, fresh_ticket(anna, lesson_of(course)))
        page = client.get("/").content.decode()
        assert "/pricing/" in page and 'href="/tests/"' in page and 'href="/coach/"' in page

    @pytest.mark.parametrize("kind", ["test", "line"])
    def test_who_can_type_is_led_to_the_placement_test_until_a_lesson_or_that_was_typed(self, kind):
        anna, course = make_learner(), make_course()
        how = {"layout": "ru-jcuken", "kind": kind, "cpm": 210.0, "minutes": 1 if kind == "test" else None}
        make_test(anna, **how, ranked=kind == "test")
        client = signed_in(anna)
        page = client.get("/").content.decode()
        assert 'data-primary href="/practice/placement/ru/"' in page and 'href="/practice/ru/start/"' in page
        placing = make_test(anna, **how | {"kind": "placing"})
        assert today_of(anna, "ru-jcuken", now=NOW).placement == ""
        placing.delete()
        assert today_of(anna, "ru-jcuken", now=NOW).placement == "ru"
        post(client, fresh_ticket(anna, lesson_of(course)))
        assert today_of(anna, "ru-jcuken", now=NOW).placement == ""

    @pytest.mark.parametrize(
        "how",
        [
            {"cpm": 199.0},
            {"accuracy": 91.0},
            {"layout": "en-qwerty"},
            {"words": 10, "minutes": None},
            {"is_extendable": True, "ranked": False},
            {"ranked": False, "flags": ["steady"]},
            {"kind": "line", "minutes": None, "ranked": False, "flags": ["steady"]},
            {"kind": "line", "minutes": None, "ranked": False, "source": "plain"},
        ],
    )
    def test_who_cannot_type_yet_begins_with_lesson_1(self, how):
        anna, _ = make_learner(), make_course()
        make_test(anna, **{"layout": "ru-jcuken"} | how)
        page = signed_in(anna).get("/").content.decode()
        assert 'data-primary href="/practice/ru/start/"' in page and "/placement/" not in page

    def test_a_run_that_passes_nothing_is_not_done(self):
        anna, course = make_learner(), make_course()
        make_test(anna, layout="ru-jcuken")
        LessonProgress.objects.create(user=anna, lesson=lesson_of(course), runs=1, best_stars=1, last_at=NOW)
        assert today_of(anna, "ru-jcuken", now=NOW).map.done == 0

    def test_the_month_is_told_from_enough_days(self):
        anna = make_learner()
        make_course()
        for day in range(6):
            DailyStat.objects.create(
                user=anna,
                date=NOW.date().replace(day=day + 1),
                layout="ru-jcuken",
                characters=1000,
                duration_ms=400_000 - 40_000 * day,
            )
        shown = today_of(anna, "ru-jcuken", now=NOW.replace(day=7))
        assert shown.growth and shown.growth.now > shown.growth.before
        assert today_of(anna, "ru-jcuken", now=NOW.replace(day=7)).speed.points
        # Of the layout typed on last, over as many days as the chart has.
        tenfold = {"user": anna, "characters": 1000, "duration_ms": 4000}
        DailyStat.objects.create(**tenfold, layout="en-qwerty", date=NOW.date().replace(day=6))
        long_ago = NOW.date().replace(day=7) - timedelta(days=RECENT_DAYS)
        DailyStat.objects.create(**tenfold, layout="ru-jcuken", date=long_ago)
        assert today_of(anna, "ru-jcuken", now=NOW.replace(day=7)) == shown
        DailyStat.objects.filter(date=long_ago).update(date=long_ago + timedelta(days=1))
        again = today_of(anna, "ru-jcuken", now=NOW.replace(day=7))
        assert again.growth and again.growth.since == again.points[0].start == long_ago + timedelta(days=1)
        DailyStat.objects.filter(date__lte=NOW.date().replace(day=1)).delete()
        assert today_of(anna, "ru-jcuken", now=NOW.replace(day=7)).growth is None

    @pytest.mark.parametrize(
        ("accuracy", "said"), [(80.0, "Accuracy first"), (99.0, "You lose the most time on")]
    )
    def test_it_says_what_the_coach_says_and_offers_one_drill(self, accuracy, said):
        anna = make_learner()
        SkillProfile.objects.create(user=anna, layout="ru-jcuken", skill=skill(pair="пр", slow=1.5))
        make_test(anna, layout="ru-jcuken", accuracy=accuracy, keystrokes=400)
        page = signed_in(anna).get("/").content.decode()
        told = re.search(r'today-says">(.+?)</p>', page)
        assert (
            told
            and told[1].strip().startswith(said)
            and told[1].strip() in signed_in(anna).get("/coach/").content.decode()
        )
        assert page.count('name="item"') == 1

    def test_queries(self, django_assert_max_num_queries):
        make_course(slug="en", lessons=30, free=15)
        anna, course = make_learner(), make_course(lessons=30, free=15)
        client = signed_in(anna)
        post(client, fresh_ticket(anna, lesson_of(course)))
        client.get("/")
        assert TypingSession.objects.count() == 1
        with django_assert_max_num_queries(11):
            client.get("/")

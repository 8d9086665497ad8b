import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from progress import pages
from progress.honours import leaderboards
from progress.models import BoardEntry, LessonProgress
from progress.recording.judging import judge_session
from tests.factories import NOW, make_course, make_learner, make_test

URL = reverse("progress:leaderboards")
JOIN, LEAVE = reverse("progress:join"), reverse("progress:leave")


def ranked(learner, name, **fields):
    make_test(learner, **fields)
    leaderboards.join_leaderboards(learner.pk, name, now=NOW)


class TestLeaderboards:
    def test_everybody_may_look(self, client, anna):
        ranked(anna, "Anna the Quick", cpm=400)
        page = client.get(URL, {"board": "en", "period": "ever"})
        assert b"Anna the Quick" in page.content and b">80<" in page.content
        assert anna.email.encode() not in page.content

    def test_one_s_own_place_is_marked(self, as_anna, anna):
        ranked(anna, "Anna", cpm=400)
        page = as_anna.get(URL, {"board": "en", "period": "ever"}).content.decode()
        assert page.count('aria-current="true"') == 3 and ">you<" in page

    def test_who_is_far_down_sees_her_place_below(self, as_anna, anna, monkeypatch):
        monkeypatch.setattr(leaderboards, "SHOWN", 1)
        monkeypatch.setattr(pages.leaderboards, "SHOWN", 1)
        boris = make_learner("boris@example.com")
        ranked(boris, "Boris", cpm=500)
        ranked(anna, "Anna", cpm=400)
        page = as_anna.get(URL, {"board": "en", "period": "ever"}).content.decode()
        assert page.index("Boris") < page.index(">Anna</bdi>") and "<td>2</td>" in page
        assert "Your place: <b>2</b>" in page

    def test_a_row_says_when_it_was_typed_and_how_long_the_test_was(self, client, anna):
        ranked(anna, "Anna", minutes=3, layout="ru-jcuken")
        page = client.get(URL, {"board": "ru", "period": "ever"}).content.decode()
        assert "3 minutes," in page and '<time datetime="2026-11-21">11/21/2026</time>' in page

    def test_who_takes_part_without_a_run_is_led_to_one(self, as_anna, anna):
        ranked(make_learner("boris@example.com"), "Boris")
        assert "choose a name below" in as_anna.get(URL, {"board": "en", "period": "ever"}).content.decode()
        leaderboards.join_leaderboards(anna.pk, "Anna", now=NOW)
        page = as_anna.get(URL, {"board": "en", "period": "ever"}).content.decode()
        assert "You are not on this board yet" in page and 'value="Anna"' in page

    def test_the_board_of_a_lesson(self, as_anna, anna):
        lesson = make_course().lessons.get(number=2)
        ranked(anna, "Anna", kind="lesson", lesson=lesson, minutes=None, difficulty="", layout="ru-jcuken")
        page = as_anna.get(URL, {"board": "ru", "number": "2", "period": "ever"}).content.decode()
        assert "Anna</bdi> <span" in page
        assert "Anna</bdi> <span" in as_anna.get(URL, {"board": "ru/2", "period": "ever"}).content.decode()

    @pytest.mark.parametrize(
        "asked",
        [
            {"board": "xx"},
            {"board": "ru/999"},
            {"board": "ru/²"},
            {"board": "ru", "number": "99999999999999999999"},
            {"board": "\0"},
            {"board": "a\0b/1"},
            {"board": "ru\0", "number": "1"},
            {"period": "year"},
            {"board": "lesson:1"},
        ],
    )
    def test_a_filter_that_names_nothing_is_as_good_as_none(self, client, db, asked):
        assert client.get(URL, asked).status_code == 200

    def test_what_is_not_published_has_no_board(self, client, db):
        make_course().lessons.filter(number=2).update(is_published=False, title_en="Secret")
        assert b"Secret" not in client.get(URL, {"board": "ru", "number": "2"}).content

    def test_queries_do_not_grow(self, as_anna, anna, django_assert_max_num_queries):
        for n in range(30):
            ranked(make_learner(f"{n}@example.com"), f"Learner {n}", cpm=300 + n)
        ranked(anna, "Anna", cpm=100)
        with django_assert_max_num_queries(6):
            as_anna.get(URL, {"board": "en", "period": "ever"})

    def test_only_reading(self, client, db):
        assert client.post(URL).status_code == 405


class TestTakingPart:
    def test_join_and_leave(self, as_anna, anna):
        make_test(anna)
        assert as_anna.post(JOIN, {"name": "  Anna   K. "}).status_code == 302
        anna.refresh_from_db()
        assert anna.board_name == "Anna K." and BoardEntry.objects.filter(user=anna).exists()
        assert as_anna.post(LEAVE).status_code == 302
        anna.refresh_from_db()
        assert anna.board_name == "" and not BoardEntry.objects.exists()

    @pytest.mark.parametrize(
        "name",
        ["", "a", "a" * 31, "<b>", "a\u202eb", "..", "anna@example.com", "\0\0", "ﷺﷺ", "Aнна", "\u3164" * 2],
    )
    def test_a_name_that_is_none_is_refused(self, as_anna, anna, name):
        answer = as_anna.post(JOIN, {"name": name})
        assert answer.status_code == 422
        anna.refresh_from_db()
        assert anna.board_name == ""

    @pytest.mark.parametrize("name", ["हिन्दी", "O’Brien", "Анна‑Мария", "山田 タロー", "علی\u200cرضا"])
    def test_a_name_in_any_script(self, as_anna, anna, name):
        assert as_anna.post(JOIN, {"name": name}).status_code == 302
        anna.refresh_from_db()
        assert anna.board_name == name

    def test_a_taken_name_is_refused(self, as_anna, anna):
        make_learner("boris@example.com", board_name="Борис")
        answer = as_anna.post(JOIN, {"name": "БОРИС"})
        assert answer.status_code == 422 and b"That name is taken" in answer.content

    @pytest.mark.parametrize(
        ("taken", "asked"), [("Straße", "STRAẞE"), ("İvan", "i̇van"), ("anna b", "Anna B")]
    )
    def test_names_that_look_alike_in_small_letters_are_no_error(self, as_anna, taken, asked):
        make_learner("boris@example.com", board_name=taken)
        assert as_anna.post(JOIN, {"name": asked}).status_code in (302, 422)

    @pytest.mark.parametrize("url", [JOIN, LEAVE])
    def test_only_accounts_and_only_by_post(self, url, client, as_anna):
        assert as_anna.get(url).status_code == 405
        assert Client().post(url, {"name": "Nobody"}).status_code == 302
        guest = User.objects.create_guest("00000000-0000-4000-8000-000000000001", now=NOW)
        visitor = Client()
        visitor.force_login(guest)
        assert "signup" in visitor.post(url, {"name": "Guest"})["Location"]
        guest.refresh_from_db()
        assert guest.board_name == ""


class TestAchievements:
    URL = reverse("progress:achievements")

    def test_they_stand_in_groups_the_earned_ones_first(self, as_anna, anna):
        earned = make_test(anna)
        anna.awards.create(code="rollover", session=earned, earned_at=NOW)
        make_learner("boris@example.com").awards.create(code="days-7", earned_at=NOW)
        page = as_anna.get(self.URL).content.decode()
        assert "1 of 26 is yours" in page and str(earned.pk) in page
        assert (
            page.index(">Keys ") < page.index("Flowing") < page.index("From А to Я") < page.index(">Habit ")
        )

    def test_it_says_how_far_one_is(self, as_anna, anna):
        make_test(anna, cpm=245)
        for lesson in make_course(lessons=7).lessons.all():
            LessonProgress.objects.create(user=anna, lesson=lesson, best_stars=5, runs=1, last_at=NOW)
        User.objects.filter(pk=anna.pk).update(language="ru", unit="cpm")
        page = as_anna.get(self.URL).content.decode()
        assert "7 из 10 уроков на пять звёзд" in page and "245 из 300\N{NO-BREAK SPACE}зн/мин" in page

    def test_queries_do_not_grow(self, as_anna, anna, django_assert_max_num_queries):
        for cpm in range(200, 260):
            make_test(anna, cpm=cpm)
        with django_assert_max_num_queries(9):
            as_anna.get(self.URL)

    def test_a_stranger_sees_what_there_is(self, client, db):
        page = client.get(reverse("progress:achievements"), headers={"Accept-Language": "ru"})
        assert "Первый шаг" in page.content.decode()
        assert client.post(reverse("progress:achievements")).status_code == 405


class TestReview:
    @pytest.fixture
    def staff(self, client, db):
        person = make_learner("staff@example.com", is_staff=True)
        person.user_permissions.set(
            Permission.objects.filter(
                codename__in=[
                    "view_typingsession",
                    "change_typingsession",
                    "view_boardentry",
                    "change_boardentry",
                ]
            )
        )
        client.force_login(person)
        return client

    def act(self, client, model, action, *rows):
        url = reverse(f"admin:progress_{model}_changelist")
        return client.post(
            url, {"action": action, "_selected_action": [str(row.pk) for row in rows]}, follow=True
        )

    def test_only_flagged_sessions_are_listed_with_the_reason(self, staff, anna):
        make_test(anna, cpm=123.5)
        flagged = make_test(anna, cpm=987.5, ranked=False, flags=["steady"])
        page = staff.get(reverse("admin:progress_typingsession_changelist"), {"flag": "steady"})
        assert (
            b">987<" in page.content
            and b">97.0<" in page.content
            and b">123<" not in page.content
            and b"rhythm is too even" in page.content
        )
        assert staff.get(reverse("admin:progress_typingsession_change", args=[flagged.pk])).status_code == 200

    def test_one_can_be_ranked_after_all_and_taken_out_again(self, staff, anna):
        leaderboards.join_leaderboards(anna.pk, "Anna", now=NOW)
        flagged = make_test(anna, ranked=False, flags=["steady"])
        assert self.act(staff, "typingsession", "rank", flagged).status_code == 200
        flagged.refresh_from_db()
        assert flagged.ranked and flagged.flags == []
        entry = BoardEntry.objects.get(user=anna, period="ever")
        self.act(staff, "boardentry", "reject", entry)
        flagged.refresh_from_db()
        assert (flagged.ranked, flagged.flags) == (False, ["rejected"])
        assert judge_session(flagged, now=NOW, add=["repeated"]).flags == ["rejected"], (
            "people have the last word"
        )
        assert not BoardEntry.objects.exists()

    def test_who_may_only_look_can_not_judge(self, client, anna):
        person = make_learner("looker@example.com", is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename="view_typingsession"))
        client.force_login(person)
        flagged = make_test(anna, ranked=False, flags=["steady"])
        self.act(client, "typingsession", "rank", flagged)
        flagged.refresh_from_db()
        assert not flagged.ranked

    def test_nothing_is_added_changed_or_deleted_by_hand(self, staff, anna):
        flagged = make_test(anna, ranked=False, flags=["steady"])
        assert staff.get(reverse("admin:progress_typingsession_add")).status_code == 403
        assert (
            staff.post(reverse("admin:progress_typingsession_delete", args=[flagged.pk])).status_code == 403
        )
        staff.post(reverse("admin:progress_typingsession_change", args=[flagged.pk]), {"cpm": "5"})
        flagged.refresh_from_db()
        assert flagged.cpm == 300

    def test_learners_do_not_get_in(self, as_anna):
        url = reverse("admin:progress_typingsession_changelist")
        assert as_anna.get(url).status_code in (302, 403)

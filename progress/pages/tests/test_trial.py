"""Editors try a lesson, and nothing of it is recorded; a course made wholly in the admin is practised."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from lessons.models import Course, Lesson
from progress.exercises.tickets import open_ticket
from progress.models import LessonProgress, TypingSession
from tests.browser.typist import Typist
from tests.factories import human_events, make_course, make_learner, make_log

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def editor(db, client):
    user = User.objects.create_user("editor@example.com", is_staff=True, language="en")
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="lessons"))
    client.force_login(user, BACKEND)
    return client


def trial(course, number=1):
    return reverse("progress:trial", args=[course.slug, number])


@pytest.fixture
def drafts(db):
    course = make_course(slug="en", text="fj jf ff jj", free=0)
    course.lessons.update(is_published=False)
    course.lessons.filter(number=3).update(text=None)
    return course


def test_an_editor_tries_an_unpublished_premium_lesson_without_a_ticket(editor, drafts):
    page = editor.get(trial(drafts, 2)).content.decode()
    form = page.split('<form class="practice"')[1].split("</form>")[0]
    assert "fj jf ff jj" in form and "A trial: nothing is recorded." in form
    assert 'name="ticket" value=""' in form and "hx-post" not in form and "action=" not in form
    assert "<noscript>" not in form
    lesson = drafts.lessons.get(number=2)
    assert reverse("admin:lessons_lesson_change", args=[lesson.pk]) in form


def test_the_lesson_page_links_to_the_trial_when_there_is_a_text(editor, drafts):
    for lesson in drafts.lessons.all():
        page = editor.get(reverse("admin:lessons_lesson_change", args=[lesson.pk])).content.decode()
        assert (f'href="{trial(drafts, lesson.number)}"' in page) == (lesson.text_id is not None)
    assert "/trial/" not in editor.get(reverse("admin:lessons_lesson_add")).content.decode()


def test_a_lesson_without_a_text_or_a_row_is_not_found(editor, drafts):
    assert editor.get(trial(drafts, 3)).status_code == 404
    assert editor.get(trial(drafts, 4)).status_code == 404


@pytest.mark.parametrize(
    ("run", "text"),
    [("", 1), ("1", 1), ("2", 2), ("3", 3), ("4", 1), ("0", 1), ("-1", 1), ("two", 1), ("9" * 5000, 1)],
)
def test_an_editor_tries_the_text_of_any_run(editor, drafts, run, text):
    drafts.lessons.filter(number=2).update(kind="words", further_texts="jj ff fj jf\n\njf jf ff fj")
    shown = editor.get(trial(drafts, 2), {"run": run}).context["text"]
    assert shown == ("fj jf ff jj", "jj ff fj jf", "jf jf ff fj")[text - 1]


def test_a_lesson_of_keys_is_tried_in_its_variations(editor, drafts):
    drafts.lessons.filter(number=1).update(kind="keys", new_characters="fj", length=120)
    first, second, again = (editor.get(trial(drafts), {"run": run}).context["text"] for run in (1, 2, 2))
    assert first == "fj jf ff jj" != second == again


def test_a_log_without_a_ticket_is_refused(editor, drafts):
    assert editor.post(reverse("progress:record"), {"ticket": "", "typed": "fj jf ff jj"}).status_code == 403
    assert not TypingSession.objects.exists()


@pytest.mark.parametrize("who", ["learner", "support", None])
def test_a_trial_is_for_editors(client, drafts, who):
    if who:
        client.force_login(make_learner(is_staff=who == "support"), BACKEND)
    assert client.get(trial(drafts)).status_code == 403


def test_a_permission_alone_is_not_enough(client, drafts):
    learner = make_learner()
    learner.user_permissions.add(Permission.objects.get(codename="view_lesson"))
    client.force_login(learner, BACKEND)
    assert client.get(trial(drafts)).status_code == 403


def test_a_trial_knows_its_methods(editor, drafts):
    assert editor.post(trial(drafts)).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_typing_a_trial_to_its_end_stores_and_keeps_nothing(editor, drafts, page, live_server):
    cookie = editor.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    trouble, posts = [], []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(
        live_server.url + reverse("admin:lessons_lesson_change", args=[drafts.lessons.get(number=1).pk])
    )
    page.get_by_role("link", name="Try it").click()
    page.locator(".exercise-text .now").wait_for()
    posts.clear()
    Typist(page, "en-qwerty").type("fj jf ff jj")
    expect(page.locator("[data-stat=speed] b")).not_to_have_text("0")
    page.wait_for_timeout(300)
    assert (trouble, posts) == ([], [])
    assert "unsent" not in page.evaluate("document.cookie")
    assert not TypingSession.objects.exists() and not LessonProgress.objects.exists()


TEXT = "fj jf ff jj\nfff jjj ffj"
COURSE_FORM = {
    "slug": "mine",
    "language": "en",
    "layout": "en-qwerty",
    "title_ru": "Мой курс",
    "title_en": "My course",
    "position": 5,
    "blocks-TOTAL_FORMS": 1,
    "blocks-INITIAL_FORMS": 0,
    "blocks-0-position": 1,
    "blocks-0-title_ru": "Начало",
    "blocks-0-title_en": "Start",
}


def test_a_course_made_wholly_in_the_admin_is_practised(editor, client):
    page = editor.get(reverse("admin:lessons_course_add"))
    assert 'value="en-qwerty"' in page.content.decode()
    response = editor.post(reverse("admin:lessons_course_add"), COURSE_FORM | {"_continue": "1"})
    assert response.status_code == 302
    course = Course.objects.get(slug="mine")
    add = reverse("admin:lessons_lesson_add") + f"?course={course.pk}"
    assert add in editor.get(response["Location"]).content.decode()
    assert re.search(rf'<option value="{course.pk}" selected', editor.get(add).content.decode())
    lesson_form = {
        "course": course.pk,
        "block": course.blocks.get().pk,
        "number": 1,
        "title_ru": "Первый",
        "title_en": "First",
        "kind": "keys",
        "new_characters": "fj",
        "length": len(TEXT),
        "target_cpm": 50,
        "target_accuracy": 92,
        "mode": "stop",
        "is_free": "on",
        "typed_text": TEXT.replace("\n", "\r\n"),
    }
    assert editor.post(add, lesson_form).status_code == 302
    lesson = Lesson.objects.get()
    client.force_login(make_learner(), BACKEND)
    url = reverse("progress:practice", args=["mine", 1])
    assert url == "/practice/mine/1/"
    assert client.get(url).status_code == 404

    client.force_login(User.objects.get(email="editor@example.com"), BACKEND)
    assert client.get(trial(course)).status_code == 200
    publish = {"action": "publish", "_selected_action": [lesson.pk]}
    client.post(reverse("admin:lessons_lesson_changelist"), publish)

    client.force_login(User.objects.get(email="anna@example.com"), BACKEND)
    page = client.get(url)
    assert page.status_code == 200 and 'layout="en-qwerty"' in page.content.decode()
    ticket = open_ticket(page.context["ticket"])
    log = make_log(ticket, human_events(TEXT, pace_ms=300))
    assert client.post(reverse("progress:record"), {"log": log}).status_code == 302
    session = TypingSession.objects.get()
    assert session.lesson == lesson and session.stars and session.text.body == TEXT

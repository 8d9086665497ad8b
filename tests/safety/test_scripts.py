"""Scripts typed into every text field there is stay text: on pages, in the admin, in answers to what was refused."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from accounts import guests, tokens
from accounts.models import User
from coaching.models import ChatMessage
from lessons.models import Block, Course, Lesson, TypingText
from tests.anna import make_anna
from tests.factories import make_course, make_learner
from tests.safety.forms import ROOMY, TYPED, forms_on
from tests.safety.routes import ROUTES_THERE
from tests.safety.scripts import CALL, SCRIPTS, packed, run_by

PASSWORD = "a-long-password"
LEFT_ALONE = ("/accounts/logout/", "/language/")
NAMES = {"q", "code", "question", "name", "email", "login"}
"""Fields that are found today; so that finding them can fail."""


def paths_of(user):
    """Pages without arguments, and some that need them."""
    plain = [
        route.path
        for route in ROUTES_THERE
        if not (route.is_api or route.is_admin) and "<" not in route.pattern and "(" not in route.pattern
    ]
    return (
        [*plain, *(f"/sessions/{one.pk}/certificate/" for one in user.typing_sessions.all())]
        if user
        else plain
    )


def text_forms(client, user):
    """The forms with a field to type in, each once."""
    found = {}
    for path in paths_of(user):
        cache.clear()
        page = client.get(path, follow=True)
        if page.headers.get("Content-Type", "").startswith("text/html"):
            for form in forms_on(page.getvalue().decode(), page.request["PATH_INFO"]):
                typed = [name for name, kind in form.kinds.items() if kind in TYPED - {"hidden"}]
                if typed and form.action not in LEFT_ALONE:
                    found[form.action, form.method, *form.values] = form
    return list(found.values())


def api_doors():
    """Endpoints by their method and path that take free text, and the names of all they need."""
    described = Client().get("/api/schema/", headers={"Accept": "application/json"}).json()
    shapes = described["components"]["schemas"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            shape = shapes.get(body.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
            free = [
                name
                for name, field in shape.get("properties", {}).items()
                if field.get("type") == "string" and not field.keys() & {"enum", "format", "pattern"}
            ]
            if free and "/auth/" not in path and "{" not in path:
                rooms = [shape["properties"][name].get("maxLength", ROOMY) for name in free]
                yield method, path, min(*rooms, ROOMY), free


class Mallory:
    """A learner who types a script wherever text is asked for; `pages` are what she was answered with it inside."""

    def __init__(self):
        self.user = make_anna().user
        self.client, self.stranger = Client(), Client()
        self.client.force_login(self.user, guests.BACKEND)
        self.doors = [(self.client, form) for form in text_forms(self.client, self.user)]
        own = {form.action for _client, form in self.doors}
        self.doors += [
            (self.stranger, form) for form in text_forms(self.stranger, None) if form.action not in own
        ]
        self.api = list(api_doors())
        self.token = tokens.start_family(self.user, now=timezone.now()).access
        self.pages = 0
        self.found = []

    def types_everything(self):
        for client, form in self.doors:
            send = client.post if form.method == "post" else client.get
            for text in packed(form.room):
                cache.clear()
                filled = form.filled(text, PASSWORD)
                for name in (name for name, kind in form.kinds.items() if kind == "email"):
                    filled[name] = f'"{text}"@example.org'
                headers = {"User-Agent": text.encode("ascii", "ignore").decode()}
                self.looks(form.action, send(form.action, filled, headers=headers))
        for method, path, room, free in self.api:
            for text in packed(room):
                cache.clear()
                self.sends(
                    method, path, {name: PASSWORD if name == "currentPassword" else text for name in free}
                )

    def sends(self, method, path, body):
        body |= {"scopes": ["write"]} if "tokens" in path else {}
        bearer = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.generic(
            method.upper(), path, json.dumps(body), "application/json", headers=bearer
        )
        assert answer.status_code < 500 and "html" not in answer["Content-Type"], path

    def looks(self, where, answer):
        assert answer.status_code < 500, where
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            page = answer.getvalue().decode()
            self.pages += CALL in page
            self.found += [(where, what) for what in run_by(page)]


@pytest.mark.django_db
def test_what_is_typed_stays_text():
    mallory = Mallory()
    names = {name for _client, form in mallory.doors for name in form.kinds}
    assert names >= NAMES and len(mallory.api) >= 4
    mallory.types_everything()
    for path in ("/settings/", "/settings/tokens/", "/coach/chat/", "/dashboard/", "/certificates/"):
        mallory.looks(path, mallory.client.get(path))
    assert mallory.pages > len(SCRIPTS)
    assert mallory.found == []


@pytest.mark.parametrize("script", [one for one in SCRIPTS if one.startswith("<") and "scr<" not in one])
def test_a_page_that_repeats_them_is_found(script):
    """Else the proof above would say nothing."""
    assert run_by(f"<p>{script}</p>") or run_by(f'<p title="{script}">')


def shelf():
    """Courses whose every word is a script, as an editor might write it; the first has all of them in its lessons."""
    for number, script in enumerate(SCRIPTS):
        titles = {"title_ru": script[:80], "title_en": script[:80]}
        if not number:
            course = make_course(slug="c0", lessons=len(SCRIPTS), free=len(SCRIPTS), text=SCRIPTS[0])
            for lesson, typed in zip(course.lessons.order_by("number"), SCRIPTS, strict=True):
                shown = {"title_ru": typed[:80], "title_en": typed[:80], "text": TypingText.of(typed)}
                Lesson.objects.filter(pk=lesson.pk).update(**shown)
        else:
            Course.objects.create(slug=f"c{number}", language="en", layout="en-qwerty", **titles)
    Course.objects.filter(slug="c0").update(title_ru=SCRIPTS[0], title_en=SCRIPTS[0])
    Block.objects.update(title_ru=SCRIPTS[1], title_en=SCRIPTS[1])


@pytest.fixture
def told(transactional_db):
    """Rows in which every script is said, and who may look at them: the sessions of a learner and of an admin."""
    cache.clear()
    shelf()
    chief = make_learner("chief@example.org", name=SCRIPTS[0], is_staff=True, is_superuser=True)
    now = timezone.now()
    for script in SCRIPTS:
        tokens.create_personal(chief, script[:60], ["read"], now=now)
        ChatMessage.objects.create(user=chief, question=script, answer=script, state="done", asked_at=now)
    User.objects.bulk_create(
        User(email=f"m{number}@example.org", name=script[:60], board_name=f"{number}{script}"[:30])
        for number, script in enumerate(SCRIPTS)
    )
    client = Client()
    client.force_login(chief, guests.BACKEND)
    return client.cookies["sessionid"].value


LISTS = [
    "/learn/", "/learn/c0/", "/settings/", "/settings/tokens/", "/coach/chat/", "/coach/", "/leaderboards/",
    "/practice/c0/1/", "/practice/c0/18/trial/", "/practice/c0/46/trial/",

    "/admin/lessons/course/", "/admin/lessons/lesson/",
    "/admin/accounts/user/",
]  # fmt: skip


def test_none_of_them_runs_in_a_browser_even_without_our_policy(told, live_server, browser: Browser):
    """What is kept is shown in lists, with the policy switched off, which would stop scripts that were let through."""
    context, ran = browser.new_context(bypass_csp=True), []
    context.expose_function("ran", lambda: ran.append(1))
    context.add_cookies([{"name": "sessionid", "value": told, "url": live_server.url}])
    page = context.new_page()
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    for path in LISTS:
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert ran == []
    page.set_content("<p>" + "".join(one for one in SCRIPTS if "javascript" not in one.lower()) + "</p>")
    page.wait_for_function("true")
    assert ran, "the browser runs what is let through"
    context.close()

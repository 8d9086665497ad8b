"""An admin acts as a learner: with a reason, for half an hour, logged, and never with what is hers alone."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import tasks
from accounts.models import StaffAct, User
from accounts.staff import impersonation
from tests.factories import make_course, make_learner, signed_in
from tests.test_routes import Ask, routes

pytestmark = pytest.mark.django_db


def staff_of(role, email=None):
    call_command("setup_roles")
    user = make_learner(email or f"{role}@example.com", language="en", is_staff=True)
    user.groups.set(user.groups.model.objects.filter(name=role))
    return user


def page_of(learner):
    return f"/admin/accounts/user/{learner.pk}/act-as/"


def begin(client, learner, reason="She cannot find her lessons"):
    return client.post(page_of(learner), {"reason": reason})


@pytest.fixture
def admin():
    return staff_of("admin")


@pytest.fixture
def learner():
    return make_learner(language="en", last_seen=timezone.now() - timedelta(days=3))


@pytest.fixture
def acting(admin, learner):
    """The admin's browser, in which she acts as the learner."""
    client = signed_in(admin)
    assert begin(client, learner).url == "/"
    return client


class TestBeginning:
    def test_the_admin_sees_what_the_learner_sees_under_a_banner(self, admin, learner, acting):
        page = acting.get("/settings/").content.decode()
        assert "Be myself again" in page and admin.email in page and learner.email in page
        assert acting.get("/").wsgi_request.user == learner

    def test_the_banner_speaks_the_learner_s_language(self, admin):
        learner = make_learner(language="ru")
        client = signed_in(admin)
        begin(client, learner)
        assert "Снова стать собой" in client.get("/").content.decode()

    def test_the_account_s_page_leads_there_for_an_admin_only(self, admin, learner):
        changed = f"/admin/accounts/user/{learner.pk}/change/"
        assert page_of(learner) in signed_in(admin).get(changed).content.decode()
        support = signed_in(staff_of("support"))
        page = support.get(changed)
        assert page.status_code == 200 and page_of(learner) not in page.content.decode()

    def test_a_reason_is_asked(self, admin, learner):
        client = signed_in(admin)
        assert client.get(page_of(learner)).status_code == 200
        assert begin(client, learner, " ").status_code == 200
        assert impersonation.KEY not in client.session

    @pytest.mark.parametrize("role", ["support", "editor"])
    def test_other_roles_may_not(self, role, learner):
        client = signed_in(staff_of(role))
        assert begin(client, learner).status_code == 403 and impersonation.KEY not in client.session

    def test_learners_and_strangers_may_not(self, learner):
        for client in (Client(), signed_in(make_learner("boris@example.com"))):
            assert begin(client, learner).status_code == 302 and impersonation.KEY not in client.session

    @pytest.mark.parametrize(
        "fields", [{"is_staff": True}, {"is_superuser": True}, {"is_active": False}], ids=str
    )
    def test_never_as_staff_or_a_disabled_account(self, admin, fields):
        other = make_learner("other@example.com", **fields)
        client = signed_in(admin)
        assert "Nobody can act as this person" in client.get(page_of(other)).content.decode()
        assert begin(client, other).status_code == 403 and impersonation.KEY not in client.session

    def test_never_as_a_guest(self, admin, guest):
        assert begin(signed_in(admin), guest).status_code == 404

    def test_the_key_of_the_session_changes_both_ways(self, admin, learner):
        client = signed_in(admin)
        keys = [client.session.session_key]
        begin(client, learner)
        keys.append(client.session.session_key)
        ended = client.post("/impersonation/end/")
        keys.append(client.session.session_key)
        assert len(set(keys)) == 3
        assert ended.url == f"/admin/accounts/user/{learner.pk}/change/"
        assert client.get("/admin/").status_code == 200
        assert not type(client.session)().exists(keys[0]) and not type(client.session)().exists(keys[1])


class TestWhatIsClosed:
    OPEN_TO_SEND = {
        "/settings/",
        "/settings/view/",
        "/settings/view/choose/",
        "/language/",
        "/impersonation/end/",
    }

    def test_all_that_is_sent_but_the_settings(self, acting):
        make_course()
        asked = 0
        for path in routes():
            ask = Ask("/" + path.replace("<slug:course>", "ru").replace("<int:number>", "1"), "post")
            if any(sign in ask.path for sign in "<(^") or ask.path.startswith(("/api/", "/dev/")):
                continue
            if ask.path in self.OPEN_TO_SEND:
                continue
            asked += 1
            assert acting.post(ask.path).status_code in (403, 404), ask.path
        assert asked > 40

    @pytest.mark.parametrize(
        "path",
        [
            "/settings/tokens/",
            "/accounts/email/",
            "/accounts/password/change/",
            "/admin/",
            "/premium/portal/",
        ],
    )
    def test_pages_that_are_hers_alone(self, acting, path):
        page = acting.get(path)
        assert page.status_code == 403 and "Only the learner can do this" in page.content.decode()
        assert "Be myself again" in page.content.decode()

    def test_every_route_is_closed_unless_it_is_named(self):
        """So a page that is added tomorrow is closed."""
        names = {key for key in get_resolver("accounts.urls").reverse_dict if isinstance(key, str)}
        opened = {name for name in names if impersonation.is_open("POST", f"accounts:{name}")}
        assert opened <= {"preferences", "view", "choose_view", "set_language", "end_impersonation"}
        assert not impersonation.is_open("GET", "accounts:whatever")
        assert not impersonation.is_open("POST", "progress:record")

    def test_a_fragment_says_so_too(self, acting):
        answer = acting.post("/coach/plan/", headers={"HX-Request": "true"})
        assert answer.status_code == 403 and b"<html" not in answer.content

    def test_preferences_can_be_set(self, acting, learner):
        acting.post("/settings/", {"name": "Anna", "timezone": "Asia/Tokyo"})
        learner.refresh_from_db()
        assert (learner.name, learner.timezone) == ("Anna", "Asia/Tokyo")

    def test_an_exercise_is_only_tried(self, acting):
        make_course()
        page = acting.get("/practice/ru/1/").content.decode()
        assert "A trial: nothing is recorded." in page and 'name="ticket" value="ey' not in page

    def test_it_is_not_noted_that_she_was_here(self, acting, learner):
        User.objects.filter(pk=learner.pk).update(language="")
        before = (learner.last_seen, learner.last_login, "")
        acting.get("/", headers={"accept-language": "ru"})
        learner.refresh_from_db()
        assert (learner.last_seen, learner.last_login, learner.seen_language) == before
        assert "known" not in acting.cookies


class TestEnding:
    def test_by_itself_and_what_was_sent_then_is_not_done(self, admin, learner):
        client = signed_in(admin)
        with time_machine.travel(timezone.now() - timedelta(minutes=31)):
            begin(client, learner)
        answer = client.post("/settings/", {"name": "Too late", "timezone": "UTC"})
        assert answer.status_code == 403 and "You are yourself again" in answer.content.decode()
        assert not User.objects.filter(name="Too late").exists()
        assert client.get("/admin/").status_code == 200
        assert StaffAct.objects.filter(kind="ended", reason="by itself", learner=learner.pk).exists()

    @pytest.mark.parametrize("whose", ["the admin's role", "the learner becomes staff"])
    def test_when_it_is_not_allowed_any_more(self, admin, learner, acting, whose):
        if whose == "the admin's role":
            admin.groups.clear()
        else:
            User.objects.filter(pk=learner.pk).update(is_staff=True)
        assert acting.get("/").status_code == 403
        assert acting.get("/").wsgi_request.user == admin

    def test_when_the_learner_is_gone(self, acting, learner):
        learner.delete()
        assert acting.get("/").status_code == 403 and acting.get("/").status_code == 200

    def test_who_acts_as_nobody_cannot_end_it(self, admin):
        assert signed_in(admin).post("/impersonation/end/").status_code == 404
        assert Client().post("/impersonation/end/").status_code == 404
        assert signed_in(admin).get("/impersonation/end/").status_code == 405


class TestTheLog:
    def test_begin_every_request_and_end(self, admin, learner, acting):
        acting.get("/dashboard/?secret=1")
        acting.post("/settings/", {"timezone": "UTC"})
        acting.post("/coach/chat/ask/", {"question": "Why?"})
        acting.post("/impersonation/end/")
        acts = list(StaffAct.objects.filter(learner=learner.pk).order_by("at"))
        assert [(act.kind, act.method, act.path, act.status) for act in acts[-6:]] == [
            ("admin", "POST", page_of(learner), 302),
            ("as learner", "GET", "/dashboard/", 200),
            ("as learner", "POST", "/settings/", 302),
            ("as learner", "POST", "/coach/chat/ask/", 403),
            ("ended", "POST", "/impersonation/end/", 302),
            ("as learner", "POST", "/impersonation/end/", 302),
        ]
        assert acts[0].reason == "She cannot find her lessons"
        assert {(act.staff, act.role) for act in acts} == {(admin.pk, "admin")}

    def test_pages_of_the_admin_with_whom_they_are_about(self, admin, learner):
        client = signed_in(admin)
        client.get(f"/admin/accounts/user/{learner.pk}/change/")
        client.get("/admin/accounts/user/?q=anna@example.com")
        client.get("/admin/jsi18n/")
        shown, listed = StaffAct.objects.order_by("at")
        assert (shown.learner, listed.learner) == (learner.pk, None)
        assert listed.path == "/admin/accounts/user/"

    def test_a_deleted_account_is_named_by_its_id(self, admin, learner):
        client = signed_in(admin)
        whose = learner.pk
        client.post(f"/admin/accounts/user/{whose}/delete/", {"post": "yes"})
        assert StaffAct.objects.get().learner == whose
        page = client.get("/admin/accounts/staffact/").content.decode()
        assert str(whose) in page and admin.email in page

    def test_learners_leave_no_trace_in_it(self, learner):
        signed_in(learner).get("/admin/")
        signed_in(learner).get("/")
        assert not StaffAct.objects.exists()

    def test_admins_read_it_and_nobody_writes_it(self, admin, learner, acting):
        acting.post("/impersonation/end/")
        found = acting.get("/admin/accounts/staffact/?q=anna@example.com").content.decode()
        assert "began to act as a learner" in found
        act = StaffAct.objects.first()
        assert acting.get(f"/admin/accounts/staffact/{act.pk}/change/").status_code == 200
        assert acting.post(f"/admin/accounts/staffact/{act.pk}/change/", {}).status_code == 403
        assert acting.get("/admin/accounts/staffact/add/").status_code == 403
        assert acting.post(f"/admin/accounts/staffact/{act.pk}/delete/", {"post": "yes"}).status_code == 403
        assert signed_in(staff_of("support")).get("/admin/accounts/staffact/").status_code == 403

    def test_the_database_keeps_it_for_a_year(self, admin):
        old = timezone.now() - timedelta(days=367)
        for at in (old, timezone.now()):
            StaffAct.objects.create(kind="admin", staff=admin.pk, role="admin", at=at)
        for change in (lambda acts: acts.update(path="/"), lambda acts: acts.delete()):
            with pytest.raises(IntegrityError, match="a year"), transaction.atomic():
                change(StaffAct.objects.all())
        tasks.prune()
        assert StaffAct.objects.count() == 1

    def test_a_look_through_the_api_is_noted_with_whom(self, admin, learner):
        from tests.api_client import Api

        make_course()
        assert Api(learner).get(f"users/{learner.pk}/progress")[0] == 200
        assert not StaffAct.objects.exists()
        assert Api(admin).get(f"users/{learner.pk}/progress")[0] == 200
        act = StaffAct.objects.get()
        assert (act.kind, act.staff, act.learner, act.role) == ("api", admin.pk, learner.pk, "admin")


def test_who_acts_as_nobody_pays_no_query_for_it(learner, django_assert_num_queries):
    client = signed_in(learner)
    client.get(reverse("help"))
    with django_assert_num_queries(2):
        client.get(reverse("help"))

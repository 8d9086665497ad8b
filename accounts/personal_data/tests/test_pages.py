"""Settings, part "Your data": by its owner, by another learner, by a guest, by nobody."""

import io
import time
import uuid
import zipfile

import pytest
import time_machine
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY as WHOSE
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as METHODS
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from accounts import guests, tokens
from accounts.models import DataExport, User
from accounts.personal_data import deletion, exports
from accounts.tests.conftest import APP_SECRET
from accounts.tests.test_second_factor import code_of
from tests.api_client import Api
from tests.factories import make_certificate, make_learner, make_test, signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
DELETE = "/settings/data/delete/"


@pytest.fixture
def anna():
    return make_learner(language="en")


@pytest.fixture
def her(anna):
    return signed_in(anna)


def guest_with_browser():
    guest = User.objects.create_guest(uuid.uuid4(), now=timezone.now(), language="en")
    client = Client()
    client.force_login(guest, guests.BACKEND)
    return guest, client


def text_of(response):
    return response.content.decode()


def test_a_copy_is_asked_for_made_and_fetched(anna, her):
    assert "Make a copy" in text_of(her.get("/settings/data/"))
    assert her.post("/settings/data/export/")["Location"] == "/settings/data/"
    page = text_of(her.get("/settings/data/"))
    assert "Your copy is being made" in page and 'hx-trigger="load delay:2s"' in page and "htmx-2" in page
    polled = her.get("/settings/data/export/progress/", headers={"HX-Request": "true"})
    assert text_of(polled).strip().startswith('<div id="export"') and "<html" not in text_of(polled)
    assert her.get("/settings/data/export/progress/").status_code == 302
    export = DataExport.objects.get()
    exports.build(export.pk)
    export.refresh_from_db()
    assert "Your copy is ready" in text_of(her.get("/settings/data/"))
    address = f"/settings/data/export/{exports.sign_download(export)}/"
    told = her.get(address, headers={"Accept-Encoding": "gzip"})
    assert "attachment" in told["Content-Disposition"] and told["Content-Type"] == "application/zip"
    assert told["Cache-Control"] == "private, no-store"
    file = zipfile.ZipFile(io.BytesIO(told.getvalue()))
    assert anna.email in file.read("account.json").decode()

    boris = signed_in(make_learner("boris@example.com"))
    _guest, guests_browser = guest_with_browser()
    for other in (boris, guests_browser):
        refused = other.get(address, follow=True)
        assert refused.redirect_chain == [("/settings/data/", 302)] and "no longer there" in text_of(refused)
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    exports.storage().delete(export.file)
    assert her.get(address)["Location"] == "/settings/data/"
    assert her.post(address).status_code == 405 and her.get("/settings/data/export/").status_code == 405


def test_four_in_a_day_are_refused_in_words(her):
    for _ in range(3):
        her.post("/settings/data/export/")
        exports.build(DataExport.objects.latest("asked_at").pk)
    refused = her.post("/settings/data/export/")
    assert refused.status_code == 429 and "Three copies a day" in text_of(refused) and refused["Retry-After"]


def test_a_stranger_is_told_that_nothing_is_kept():
    stranger = Client(headers={"Accept-Language": "en"})
    assert "Nothing is kept about you" in text_of(stranger.get("/settings/data/"))
    assert stranger.post("/settings/data/export/")["Location"] == "/settings/data/"
    assert stranger.get(DELETE)["Location"] == "/settings/data/"
    assert stranger.post(DELETE)["Location"] == "/settings/data/"
    assert not DataExport.objects.exists()


def test_deleting_asks_for_the_password_and_says_what_goes_and_stays(anna, her):
    page = text_of(her.get(DELETE))
    assert all(
        said in page for said in ("every exercise with its keystrokes", "Invoices", "Backups", anna.email)
    )
    refused = her.post(DELETE, {"password": "wrong", "sure": "yes"})
    assert "This is not your password." in text_of(refused)
    assert her.post(DELETE, {"sure": "yes"}).status_code == 200
    anna.refresh_from_db()
    assert anna.is_active
    closed = her.post(DELETE, {"password": PASSWORD})
    assert closed["Location"] == "/settings/data/deleted/" and "Clear-Site-Data" not in closed
    assert "closed" in text_of(her.get(closed["Location"]))
    anna.refresh_from_db()
    assert not anna.is_active and not her.session.keys()


def test_guesses_at_it_are_counted(anna, her):
    statuses = [her.post(DELETE, {"password": f"wrong {n}"}).status_code for n in range(8)]
    assert statuses[-1] == 429 and her.post(DELETE, {"password": PASSWORD}).status_code == 429
    anna.refresh_from_db()
    assert anna.is_active


def test_signing_in_within_the_week_shows_the_way_back(anna, her, client):
    EmailAddress.objects.create(user=anna, email=anna.email, primary=True, verified=True)
    her.post(DELETE, {"password": PASSWORD})
    wrong = client.post("/accounts/login/", {"login": anna.email, "password": "wrong"})
    assert wrong.status_code == 200
    told = client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert told["Location"].startswith("/settings/data/undo/")
    assert "_auth_user_id" not in client.session
    client.post(told["Location"])
    again = client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert again["Location"] == "/" and "_auth_user_id" in client.session


def test_the_way_back_asks_for_the_second_factor(anna, her, client):
    EmailAddress.objects.create(user=anna, email=anna.email, primary=True, verified=True)
    TOTP.activate(anna, APP_SECRET)
    her.post(DELETE, {"password": PASSWORD})
    told = client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert told["Location"] == "/accounts/code/"
    assert client.post("/accounts/code/", {"code": "000000"}).status_code == 200
    with time_machine.travel(time.time(), tick=False):
        told = client.post("/accounts/code/", {"code": code_of()})
    assert told["Location"].startswith("/settings/data/undo/")
    assert "_auth_user_id" not in client.session and "account_login" not in client.session
    client.post(told["Location"])
    anna.refresh_from_db()
    assert anna.is_active


def test_a_disabled_account_is_not_taken_back(anna, client):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    told = client.post("/accounts/login/", {"login": anna.email, "password": PASSWORD})
    assert told["Location"] == "/accounts/inactive/"


def test_a_guest_confirms_and_is_gone():
    guest, browser = guest_with_browser()
    make_test(guest)
    page = text_of(browser.get(DELETE))
    assert "cannot be undone" in page and "password" not in page
    gone = browser.post(DELETE, {"sure": "yes"})
    assert gone["Clear-Site-Data"] == '"storage"'
    assert "Nothing of what you did here is kept" in text_of(
        browser.get(gone["Location"], headers={"Accept-Language": "en"})
    )
    assert deletion.erase_if_due(guest.pk, now=timezone.now()) and not User.objects.exists()


def test_who_has_no_password_confirms_in_another_way(anna):
    anna.set_unusable_password()
    anna.save()
    her = signed_in(anna)
    assert "reauthenticate" in her.post(DELETE, {"sure": "yes"})["Location"]
    anna.refresh_from_db()
    assert anna.is_active
    session = her.session
    session[METHODS] = [{"method": "socialaccount", "at": time.time(), "reauthenticated": True}]
    session[WHOSE] = str(anna.pk)
    session.save()
    assert her.post(DELETE, {"sure": "yes"})["Location"] == "/settings/data/deleted/"
    anna.refresh_from_db()
    assert not anna.is_active


def test_certificates_and_boards_hide_her_at_once(anna, client):
    certificate = make_certificate(anna)
    assert client.get(certificate.get_absolute_url()).status_code == 200
    deletion.request(anna, now=timezone.now())
    assert client.get(certificate.get_absolute_url()).status_code == 404


def test_the_page_asks_the_database_little(her, django_assert_max_num_queries):
    her.get("/settings/data/")
    with django_assert_max_num_queries(8):
        her.get("/settings/data/")


class TestApi:
    @pytest.fixture
    def api(self, anna):
        return Api(anna)

    def test_a_copy(self, anna, api):
        assert api.get("gdpr/export")[1]["state"] == "none"
        status, begun = api.post("gdpr/export")
        assert status == 202 and begun["state"] == "waiting"
        assert api.get("gdpr/export/file")[0] == 404
        exports.build(DataExport.objects.get().pk)
        assert api.get("gdpr/export")[1]["url"].startswith("/settings/data/export/")
        told = Client().get("/api/v1/gdpr/export/file", headers={"Authorization": f"Bearer {api.token}"})
        assert "README.txt" in zipfile.ZipFile(io.BytesIO(told.getvalue())).namelist()

    @pytest.mark.parametrize(("method", "path"), [("post", "gdpr/delete"), ("delete", "users/me")])
    def test_the_end(self, anna, api, method, path):
        assert api.ask(method, path, {"currentPassword": "wrong"})[0] == 400
        assert api.ask(method, path, {})[0] == 400
        status, closed = api.ask(method, path, {"currentPassword": PASSWORD})
        assert status == 202 and closed["eraseAt"]
        assert api.get("auth/me")[0] == 401
        status, refused = Api().post("auth/login", {"email": anna.email, "password": PASSWORD})
        assert status == 401 and refused["code"] == "deletion_pending"

    def test_a_personal_token_cannot(self, anna):
        token = tokens.create_personal(anna, "script", ["read", "write"], now=timezone.now())
        status, refused = Api(token=token).post("gdpr/delete", {"currentPassword": PASSWORD})
        assert status == 409 and refused["code"] == "personal_token"

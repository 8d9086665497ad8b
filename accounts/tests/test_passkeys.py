"""Passkeys without a browser: what each step asks and takes, and what it does not."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import User
from tests.passkey import Passkey

from .conftest import PASSWORD
from .test_second_factor import CODE, CODES, SECURITY, factors_of
from .visits import said, sign_in, who

ADD, BY_PASSKEY, AGAIN = (
    "/settings/security/passkeys/",
    "/accounts/passkey/",
    "/accounts/reauthenticate/passkey/",
)


def options(page):
    return page.context["options"]


def asked(client):
    answer = client.get(BY_PASSKEY, headers={"accept": "application/json"})
    return answer.json()["request_options"]


@pytest.fixture
def confirmed(anna, client):
    client.defaults["wsgi.url_scheme"] = "https"
    sign_in(client, anna.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def passkey(confirmed):
    made = Passkey()
    answer = confirmed.post(ADD, {"name": "Laptop", "credential": made.create(options(confirmed.get(ADD)))})
    assert answer["Location"] == CODES
    return made


class TestAdding:
    def test_is_asked_of_the_device_that_checks_its_user(self, anna, confirmed):
        page = confirmed.get(ADD)
        wanted = options(page)["publicKey"]
        choice = wanted["authenticatorSelection"]
        assert choice["residentKey"] == "required" and choice["userVerification"] == "required"
        assert wanted["rp"] == {"id": "testserver", "name": "Typing Trainer"}
        assert json.dumps(wanted["challenge"]) in said(page)

    def test_with_name_and_mail(self, anna, passkey, confirmed, mailoutbox):
        assert factors_of(anna) == ["recovery_codes", "webauthn"]
        assert mailoutbox[-1].subject == "Passkey added"
        assert "Laptop" in said(confirmed.get(SECURITY))

    @pytest.mark.parametrize(
        "change",
        [
            lambda made, wanted: setattr(made, "host", "elsewhere"),
            lambda made, wanted: wanted["publicKey"].update(challenge="AAAA"),
        ],
    )
    def test_an_answer_for_another_site_or_question_is_refused(self, anna, confirmed, change):
        made, wanted = Passkey(), json.loads(json.dumps(options(confirmed.get(ADD))))
        change(made, wanted)
        page = said(confirmed.post(ADD, {"name": "Laptop", "credential": made.create(wanted)}))
        assert "could not be added" in page and 'value="Laptop"' in page
        assert factors_of(anna) == []

    @pytest.mark.parametrize("name", ["", "  ", "Ключ 1"])
    def test_a_name_is_found_for_who_gives_none(self, anna, confirmed, name):
        confirmed.post(ADD, {"name": name, "credential": Passkey().create(options(confirmed.get(ADD)))})
        assert Authenticator.objects.get(type="webauthn").data["name"] == (name.strip() or "Passkey")

    def test_only_what_is_read_is_kept(self, anna, confirmed):
        credential = json.loads(Passkey().create(options(confirmed.get(ADD)))) | {
            "more": "\u0000",
            "id2": [1],
        }
        confirmed.post(ADD, {"credential": json.dumps(credential)})
        kept = Authenticator.objects.get(type="webauthn").data["credential"]
        assert kept.keys() == {"id", "rawId", "type", "response", "clientExtensionResults"}


class TestSigningIn:
    def browser(self):
        return Client(**{"wsgi.url_scheme": "https"})

    def test_by_it_alone_to_where_one_wanted(self, anna, passkey):
        client = self.browser()
        answer = client.post(BY_PASSKEY, {"credential": passkey.get(asked(client)), "next": "/history/"})
        assert answer["Location"] == "/history/" and who(client) == anna

    def test_never_to_another_site(self, passkey):
        client = self.browser()
        answer = client.post(BY_PASSKEY, {"credential": passkey.get(asked(client)), "next": "//evil.example"})
        assert answer["Location"] == "/"

    def test_a_guest_brings_along_what_she_typed(self, anna, guest, passkey, browser_of):
        client = browser_of(guest)
        client.defaults["wsgi.url_scheme"] = "https"
        client.post(BY_PASSKEY, {"credential": passkey.get(asked(client))})
        assert who(client) == anna and not User.objects.filter(pk=guest.pk).exists()

    def test_as_the_second_step(self, anna, passkey):
        client = self.browser()
        assert sign_in(client, anna.email)["Location"] == CODE
        page = client.get(CODE)
        assert [known["id"] for known in options(page)["publicKey"]["allowCredentials"]]
        assert client.post(CODE, {"credential": passkey.get(options(page))})["Location"] == "/"
        assert who(client) == anna

    @pytest.mark.parametrize(
        "change",
        [
            lambda key, wanted: setattr(key, "key", Passkey().key),
            lambda key, wanted: setattr(key, "id", b"another"),
            lambda key, wanted: setattr(key, "host", "elsewhere"),
            lambda key, wanted: setattr(key, "user_handle", "AAAA"),
            lambda key, wanted: wanted["publicKey"].update(challenge="AAAA"),
        ],
    )
    def test_refused(self, anna, passkey, change):
        client = self.browser()
        wanted = asked(client)
        change(passkey, wanted)
        answer = client.post(BY_PASSKEY, {"credential": passkey.get(wanted), "next": "/history/"})
        assert answer["Location"] == "/accounts/login/?next=%2Fhistory%2F"
        assert "This passkey does not open the account" in said(client.get("/accounts/login/"))
        assert not who(client).is_authenticated

    def test_an_answer_opens_once(self, passkey):
        client = self.browser()
        answer = passkey.get(asked(client))
        client.post(BY_PASSKEY, {"credential": answer})
        client.post("/accounts/logout/")
        assert client.post(BY_PASSKEY, {"credential": answer})["Location"] == "/accounts/login/"

    def test_a_disabled_account(self, anna, passkey):
        User.objects.update(is_active=False)
        client = self.browser()
        client.post(BY_PASSKEY, {"credential": passkey.get(asked(client))})
        assert not who(client).is_authenticated

    @pytest.mark.parametrize("path", [BY_PASSKEY, CODE, AGAIN, ADD])
    def test_nonsense_is_refused_in_words(self, anna, passkey, confirmed, path):
        client = self.browser() if path in (BY_PASSKEY, CODE) else confirmed
        if path == CODE:
            sign_in(client, anna.email)
        for nonsense in NONSENSE:
            if path == BY_PASSKEY:
                asked(client)
            else:
                client.get(path)
            answer = client.post(path, {"credential": nonsense})
            assert answer.status_code == (302 if path == BY_PASSKEY else 200), nonsense[:40]
        if client is not confirmed:
            assert not who(client).is_authenticated
        assert Authenticator.objects.filter(type="webauthn").count() == 1


class TestKeeping:
    def test_rename(self, passkey, confirmed):
        path = f"{ADD}{Authenticator.objects.get(type='webauthn').pk}/"
        assert 'value="Laptop"' in said(confirmed.get(path))
        assert "errorlist" in said(confirmed.post(path, {"name": ""}))
        assert confirmed.post(path, {"name": "Desk"})["Location"] == SECURITY
        assert "Desk" in said(confirmed.get(SECURITY))

    def test_remove(self, anna, passkey, confirmed, mailoutbox):
        path = f"{ADD}{Authenticator.objects.get(type='webauthn').pk}/remove/"
        assert "“Laptop” will not sign you in" in said(confirmed.get(path))
        assert confirmed.post(path)["Location"] == SECURITY
        assert factors_of(anna) == [] and mailoutbox[-1].subject == "Passkey removed"

    def test_nobody_touches_anothers(self, anna, boris, passkey):
        client = Client()
        sign_in(client, boris.email)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        path = f"{ADD}{Authenticator.objects.get(type='webauthn').pk}/"
        assert client.post(path, {"name": "Mine"}).status_code == 404
        assert client.post(f"{path}remove/").status_code == 404

    def test_it_confirms_as_the_password_does(self, anna, passkey, browser_of):
        client = browser_of(anna)
        client.defaults["wsgi.url_scheme"] = "https"
        answer = client.post(f"{AGAIN}?next={CODES}", {"credential": passkey.get(options(client.get(AGAIN)))})
        assert answer["Location"] == CODES and client.get(CODES).status_code == 200


ANSWER = '{"id":"AA","rawId":"AA","type":"public-key","response":%s,"clientExtensionResults":{}}'
NONSENSE = [
    "",
    "null",
    "1",
    "[]",
    "{}",
    "[" * 100_000,
    "1" * 5000,
    '"\\u0000"',
    ANSWER % "null",
    ANSWER % "{}",
    ANSWER % '{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}',
    ANSWER % '{"clientDataJSON":1,"authenticatorData":[],"signature":{},"userHandle":null}',
    ANSWER % '{"clientDataJSON":"e30","attestationObject":"gICAgICAgICA"}',
]

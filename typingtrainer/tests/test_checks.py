import json

import pytest

from accounts.providers import configuration
from typingtrainer.checks import (
    demo_stays_at_home,
    fields_have_a_key,
    is_local,
    language_model_is_whole,
    mail_goes_out,
    mail_leads_here,
    providers_are_private,
)

FILES = "accounts.mail_files.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("demo", "debug", "backend", "found"),
    [
        (False, False, FILES, ["typingtrainer.E001"]),
        (False, False, SMTP, []),
        (True, False, FILES, []),
        (False, True, FILES, []),
    ],
)
def test_a_real_server_sends_its_mail(settings, demo, debug, backend, found):
    settings.DEMO, settings.DEBUG, settings.EMAIL_BACKEND = demo, debug, backend
    errors = mail_goes_out(None)
    assert [error.id for error in errors] == found
    assert all("EMAIL_URL" in error.hint for error in errors)


@pytest.mark.parametrize(
    ("demo", "debug", "address", "found"),
    [
        (False, False, "http://localhost:8000", ["typingtrainer.W001"]),
        (False, False, "http://[::1]:8000", ["typingtrainer.W001"]),
        (False, False, "https://typing.example.com", []),
        (True, False, "http://127.0.0.1:8000", []),
        (False, True, "http://127.0.0.1:8000", []),
    ],
)
def test_mail_of_a_real_server_leads_to_it(settings, demo, debug, address, found):
    settings.DEMO, settings.DEBUG, settings.SITE_URL = demo, debug, address
    assert [warning.id for warning in mail_leads_here(None)] == found


@pytest.mark.parametrize(
    ("demo", "debug", "keys", "found"),
    [
        (False, False, ["s" * 32], ["typingtrainer.E003"]),
        (False, False, ["k" * 32], []),
        (False, False, ["k" * 32, "s" * 32], []),
        (True, False, ["s" * 32], []),
        (False, True, ["s" * 32], []),
    ],
)
def test_a_real_server_has_a_key_for_its_fields(settings, demo, debug, keys, found):
    settings.DEMO, settings.DEBUG, settings.SECRET_KEY = demo, debug, "s" * 32
    settings.FIELD_ENCRYPTION_KEYS = keys
    assert [error.id for error in fields_have_a_key(None)] == found


AT_HOME = {
    "DEMO": True,
    "HTTPS": False,
    "SITE_URL": "http://127.0.0.1:8000",
    "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
    "CSRF_TRUSTED_ORIGINS": [],
}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        (
            {
                "SITE_URL": "http://192.168.1.7:8000",
                "ALLOWED_HOSTS": ["192.168.1.7", "school-pc", "pc.local"],
            },
            "",
        ),
        ({"DEMO": False, "HTTPS": True, "SITE_URL": "https://typing.example.com"}, ""),
        ({"HTTPS": True}, "HTTPS"),
        ({"SITE_URL": "https://typing.example.com"}, "SITE_URL names typing.example.com"),
        ({"SITE_URL": "http://8.8.8.8"}, "SITE_URL names 8.8.8.8"),
        ({"ALLOWED_HOSTS": ["localhost", "typing.example.com"]}, "ALLOWED_HOSTS names typing.example.com"),
        ({"ALLOWED_HOSTS": [".example.com"]}, "ALLOWED_HOSTS names .example.com"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS names *"),
        ({"ALLOWED_HOSTS": ["[2a00:1450::1]"]}, "ALLOWED_HOSTS names"),
        ({"CSRF_TRUSTED_ORIGINS": ["https://*.example.com"]}, "CSRF_TRUSTED_ORIGINS names *.example.com"),
    ],
)
def test_a_demo_stays_at_home(settings, changed, said):
    for name, value in (AT_HOME | changed).items():
        setattr(settings, name, value)
    errors = demo_stays_at_home(None)
    assert [error.id for error in errors] == (["typingtrainer.E002"] if said else [])
    assert all(said in error.msg and "DEMO=0" in error.hint for error in errors)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "a.localhost", "10.0.0.1", "[fe80::1]", "169.254.1.1", "pc", "pc.lan"]
)
def test_an_address_of_home(host):
    assert is_local(host)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, []),
        ({"AI_BASE_URL": "http://model"}, ["AI_MODEL", "AI_BUDGET"]),
        ({"AI_BASE_URL": "http://model", "AI_MODEL": "m", "AI_BUDGET": 0.0}, ["AI_LEARNER_BUDGET"]),
    ],
)
def test_half_a_language_model_is_told(settings, given, missing):
    for name in ("BASE_URL", "MODEL"):
        setattr(settings, f"AI_{name}", "")
    for name in ("PROMPT_PRICE", "ANSWER_PRICE", "BUDGET", "LEARNER_BUDGET"):
        setattr(settings, f"AI_{name}", None)
    for name, value in given.items():
        setattr(settings, name, value)
    said = language_model_is_whole(None)
    assert len(said) == bool(missing)
    assert all(name in said[0].msg for name in missing) and not any(
        name in said[0].msg for name in given if said
    )


@pytest.mark.parametrize(
    ("address", "is_private"),
    [
        ("https://id.example.com", True),
        ("http://127.0.0.1:9", True),
        ("http://id.lan", True),
        ("http://id.example.com", False),
    ],
)
def test_nobody_reads_sign_ins_on_their_way(settings, address, is_private):
    told = {"id": "school", "name": "School", "server_url": address, "client_id": "us", "secret": "s"}
    settings.SIGN_IN_PROVIDERS = configuration.read_providers({"OPENID_PROVIDERS": json.dumps([told])})
    assert [error.id for error in providers_are_private(None)] == (
        [] if is_private else ["typingtrainer.E004"]
    )

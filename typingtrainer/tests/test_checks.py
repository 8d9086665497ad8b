import pytest

from typingtrainer.checks import mail_goes_out, mail_leads_here

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

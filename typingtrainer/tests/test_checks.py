import pytest

from typingtrainer.checks import mail_goes_out

FILES = "django.core.mail.backends.filebased.EmailBackend"
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

from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

TO_FILES: Final = {"accounts.mail_files.EmailBackend", "django.core.mail.backends.filebased.EmailBackend"}


def mail_goes_out(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Error E001 on a real server whose mail nobody would get."""
    to_files = settings.EMAIL_BACKEND in TO_FILES
    if settings.DEMO or settings.DEBUG or not to_files:
        return []
    return [
        Error(
            "Mail would go to files: set EMAIL_URL.",
            hint="For example EMAIL_URL=smtp+tls://user:password@host:587; with DEMO=1 files are fine.",
            id="typingtrainer.E001",
        )
    ]


def mail_leads_here(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warning W001 on a real server whose mail would lead its readers to their own machines."""
    at_home = urlsplit(settings.SITE_URL).hostname in {"localhost", "127.0.0.1", "::1"}
    if settings.DEMO or settings.DEBUG or not at_home:
        return []
    return [
        CheckWarning(
            f"Links in mail would lead to {settings.SITE_URL}: set SITE_URL.",
            hint="For example SITE_URL=https://typing.example.com",
            id="typingtrainer.W001",
        )
    ]

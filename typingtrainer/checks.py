from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def mail_goes_out(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Error E001 on a real server whose mail nobody would get."""
    to_files = settings.EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend"
    if settings.DEMO or settings.DEBUG or not to_files:
        return []
    return [
        Error(
            "Mail would go to files: set EMAIL_URL.",
            hint="For example EMAIL_URL=smtp+tls://user:password@host:587; with DEMO=1 files are fine.",
            id="typingtrainer.E001",
        )
    ]

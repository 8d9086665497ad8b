"""Mail of the demo, read in the browser instead of being sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

SHOWN = 50
SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    sent_at: datetime
    text: str


@require_safe
def dev_mail(request: HttpRequest) -> HttpResponse:
    mails = sorted(_mails(Path(settings.EMAIL_FILE_PATH)), key=lambda mail: mail.sent_at, reverse=True)
    return render(request, "accounts/dev_mail.html", {"mails": mails})


def _mails(folder: Path) -> Iterator[Mail]:
    """The newest files' mails; Django's file backend keeps one file a connection, mails parted by dashes."""
    for file in sorted(folder.glob("*.log"), reverse=True)[:SHOWN]:
        for raw in filter(bytes.strip, file.read_bytes().split(SEPARATOR)):
            message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
            body = message.get_body(("plain",))
            yield Mail(
                to=message["To"],
                subject=message["Subject"],
                sent_at=parsedate_to_datetime(message["Date"]),
                text=body.get_content() if body else "",
            )


urlpatterns = [path("", dev_mail, name="dev_mail")]

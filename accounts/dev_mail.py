"""Mail of the demo, read in the browser instead of being sent."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
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
    html: str
    file: str
    number: int
    """Its place among the mails of `file`, a name without its ending."""


@require_safe
def dev_mail(request: HttpRequest) -> HttpResponse:
    mails = sorted(_mails(Path(settings.EMAIL_FILE_PATH)), key=lambda mail: mail.sent_at, reverse=True)
    return render(request, "accounts/dev_mail.html", {"mails": mails})


@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"]})  # type: ignore[arg-type]
@require_safe
def dev_mail_html(request: HttpRequest, file: str, number: int) -> HttpResponse:
    """A mail as mail programs show it, with styles of its own and the pictures it brings along."""
    for mail in _mails(Path(settings.EMAIL_FILE_PATH), f"{file}.log"):
        if mail.number == number and mail.html:
            return HttpResponse(mail.html)
    raise Http404


def _mails(folder: Path, files: str = "*.log") -> Iterator[Mail]:
    """The newest files' mails; Django's file backend keeps one file a connection, mails parted by dashes."""
    for file in sorted(folder.glob(files), reverse=True)[:SHOWN]:
        for number, raw in enumerate(filter(bytes.strip, file.read_bytes().split(SEPARATOR))):
            message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
            body = message.get_body(("plain",))
            yield Mail(
                to=message["To"],
                subject=message["Subject"],
                sent_at=parsedate_to_datetime(message["Date"]),
                text=body.get_content() if body else "",
                html=_html(message),
                file=file.stem,
                number=number,
            )


def _html(message: EmailMessage) -> str:
    """The HTML of a mail, its own pictures inside; "" where it has none."""
    body = message.get_body(("html",))
    html: str = body.get_content() if body else ""
    for part in message.walk():
        if name := part["Content-ID"]:
            picture = b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{name.strip('<>')}", f"data:{part.get_content_type()};base64,{picture}")
    return html


urlpatterns = [
    path("", dev_mail, name="dev_mail"),
    path("<slug:file>/<int:number>/", dev_mail_html, name="dev_mail_html"),
]

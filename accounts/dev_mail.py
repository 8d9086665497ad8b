"""Mail of the demo, read in the browser instead of being sent."""

from base64 import b64encode
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


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    sent_at: datetime
    text: str
    html: str
    file: str
    """Its file's name without the ending."""


@require_safe
def dev_mail(request: HttpRequest) -> HttpResponse:
    newest = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)[:SHOWN]
    return render(request, "accounts/dev_mail.html", {"mails": map(_mail, newest)})


@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"]})  # type: ignore[arg-type]
@require_safe
def dev_mail_html(request: HttpRequest, file: str) -> HttpResponse:
    """A mail as mail programs show it, with styles of its own and the pictures it brings along."""
    path = Path(settings.EMAIL_FILE_PATH) / f"{file}.eml"
    if path.is_file() and (html := _mail(path).html):
        return HttpResponse(html)
    raise Http404


def _mail(file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default)
    body = message.get_body(("plain",))
    return Mail(
        to=message["To"],
        subject=message["Subject"],
        sent_at=parsedate_to_datetime(message["Date"]),
        text=body.get_content() if body else "",
        html=_html(message),
        file=file.stem,
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
    path("<slug:file>/", dev_mail_html, name="dev_mail_html"),
]

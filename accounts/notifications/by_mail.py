"""Notifications as mail: in plain text and HTML, and each kind stopped by one click (RFC 8058)."""

from datetime import datetime
from functools import partial
from smtplib import SMTPRecipientsRefused
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.palette import mail_colours

from .kinds import KINDS, Kind, Message
from .targets import NotificationTarget, SendingRefused

SIGNER: Final = Signer(salt="accounts.notifications.unsubscribe")


def places_of(user: User) -> list[NotificationTarget]:
    return [NotificationTarget("", partial(send, user))]


def send(user: User, kind: Kind, about: str, now: datetime) -> bool:
    if kind.mail:
        mail = kind.mail(user, about, now)
    else:
        message = kind.compose(user, about, now)
        mail = usual_mail(user, kind.code, about, message) if message else None
    if mail is None:
        return False
    deliver_mail(mail)
    return True


def deliver_mail(mail: EmailMessage) -> None:
    """Hand a mail to the mail server.

    Raises SendingRefused for an address it will never take, OSError where it may yet.
    """
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        if any(code < 500 for code, _reason in error.recipients.values()):
            raise
        raise SendingRefused("the address") from error


def usual_mail(user: User, kind: str, about: str, message: Message) -> EmailMessage:
    """Two sentences, a link, and how to stop them."""
    context = {
        "message": message,
        "link": settings.SITE_URL + message.path,
        "stop": stop_link(user, kind),
        "kind": KINDS[kind],
        "colours": mail_colours(),
    }
    mail = EmailMultiAlternatives(
        message.title,
        render_to_string("accounts/mail/notification.txt", context),
        to=[user.email or ""],
        headers=headers(user, kind, about),
    )
    mail.attach_alternative(render_to_string("accounts/mail/notification.html", context), "text/html")
    return mail


def headers(user: User, kind: str, about: str) -> dict[str, str]:
    """Of a mail that can be stopped; sent twice, it is the same mail."""
    host = urlsplit(settings.SITE_URL).hostname
    return {
        "Message-ID": f"<{kind}.{about}.{user.pk}@{host}>",
        "List-Unsubscribe": f"<{stop_link(user, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def stop_link(user: User, kind: str) -> str:
    return settings.SITE_URL + reverse("accounts:unsubscribe", args=[SIGNER.sign(f"{user.pk}:{kind}")])


def stopped_by(signed: str) -> tuple[User, Kind] | None:
    """Whose mails of which kind a link stops; None for one we did not make."""
    try:
        user_id, _colon, code = SIGNER.unsign(signed).partition(":")
    except BadSignature:
        return None
    user = User.objects.filter(pk=user_id).first()
    return (user, KINDS[code]) if user and code in KINDS else None

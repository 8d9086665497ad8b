"""The mails that follow what Stripe tells: each once, in the learner's language, with what is true when it goes."""

import logging
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from djstripe.models import Invoice

from accounts.models import User
from accounts.notifications.by_mail import deliver_mail
from accounts.notifications.kinds import Kind, Message
from accounts.notifications.sending import tell_learner
from accounts.notifications.targets import SendingRefused
from accounts.preferences import language_of
from outbox import events

from .entitlement.gifts import in_groups
from .entitlement.grants import is_for_good
from .entitlement.rules import GRACE, moment
from .from_stripe.notices import TASK
from .models import GiftCode, Notice

LATE: Final = timedelta(minutes=5)
GIVEN_UP: Final = timedelta(days=3)
OF_THE_END: Final = (Notice.Kind.TRIAL_ENDING, Notice.Kind.PAYMENT_FAILED, Notice.Kind.ENDED)
"""What is told by other channels, too, where a learner chose them."""

log = logging.getLogger(__name__)


def send(*, notice_id: int, now: datetime) -> bool:
    """Send one mail, if it was not sent yet and still says the truth; whether it went now. Raises OSError.

    The notice's row is locked meanwhile, so that of two tasks at once one sends.
    """
    with transaction.atomic():
        found = Notice.objects.select_for_update(of=("self",)).select_related("user")
        notice = found.filter(pk=notice_id, sent_at=None).first()
        if notice is None:
            return False
        Notice.objects.filter(pk=notice.pk).update(sent_at=now)
        if not notice.user.email or _is_past(notice, now):
            return False
        if notice.kind in OF_THE_END:
            tell_learner(notice.user_id, KIND.code, str(notice.pk), now=now)
        try:
            deliver_mail(message(notice))
        except SendingRefused:
            log.warning("Notice %s: the learner's address is refused for good", notice.pk)
            return False
    return True


def queue_waiting(*, now: datetime) -> int:
    """Queue once more the mails that could not be sent; how many."""
    waiting = Notice.objects.filter(sent_at=None, created_at__lt=now - LATE, created_at__gt=now - GIVEN_UP)
    with transaction.atomic():
        ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:1000])
        events.add_each(TASK, [{"notice_id": pk} for pk in ids], now=now)
    return len(ids)


def message(notice: Notice) -> EmailMessage:
    """The mail, as plain text."""
    user = notice.user
    with translation.override(language_of(user)), timezone.override(user.timezone):
        facts = {
            "kind": notice.kind,
            "until": moment(notice.facts["until"]) if notice.facts.get("until") else None,
            "closes": moment(notice.facts["since"]) + GRACE if notice.facts.get("since") else None,
            "code": _code(notice),
            "redeem": settings.SITE_URL + reverse("billing:gift"),
            "subscription": settings.SITE_URL + reverse("billing:subscription"),
            "courses": settings.SITE_URL + reverse("lessons:catalogue"),
            "pricing": settings.SITE_URL + reverse("billing:pricing"),
            "support": settings.SUPPORT_EMAIL,
        }
        host = urlsplit(settings.SITE_URL).hostname
        # Who pays twice by mistake is helped by support, too.
        copies = [settings.SUPPORT_EMAIL] if notice.kind == Notice.Kind.TWO_SUBSCRIPTIONS else []
        return EmailMessage(
            _subjects()[notice.kind],
            render_to_string("billing/mail/notice.txt", facts).strip() + "\n",
            to=[user.email or ""],
            bcc=[copy for copy in copies if copy],
            headers={
                "Message-ID": f"<notice.{notice.pk}.{user.pk}@{host}>",
                "Auto-Submitted": "auto-generated",
            },
        )


def _subjects() -> dict[str, str]:
    kinds = Notice.Kind
    return {
        kinds.STARTED: _("Premium is open"),
        kinds.TRIAL_ENDING: _("Your trial ends soon"),
        kinds.PAYMENT_FAILED: _("The payment for premium did not go through"),
        kinds.CANCELLED: _("Your subscription is canceled"),
        kinds.ENDED: _("Your subscription has ended"),
        kinds.LIFETIME: _("Premium is yours for good"),
        kinds.GIFT: _("Your gift code"),
        kinds.TWO_SUBSCRIPTIONS: _("You have two subscriptions"),
    }


def _code(notice: Notice) -> str:
    gift = GiftCode.objects.filter(pk=notice.facts.get("gift")).first()
    return in_groups(gift.code) if gift else ""


def _is_past(notice: Notice, now: datetime) -> bool:
    """Whether it would tell nothing true: a failed payment was paid, or who has premium for good loses nothing."""
    if notice.kind in (Notice.Kind.CANCELLED, Notice.Kind.ENDED) and is_for_good(notice.user, now):
        return True
    invoice = Invoice.objects.filter(id=notice.facts.get("invoice", "")).first()
    return invoice is not None and invoice.stripe_data.get("status") in ("paid", "void")


def compose(user: User, about: str, now: datetime) -> Message | None:
    """What the mail says first, as a notification."""
    notice = Notice.objects.filter(pk=about, user=user).select_related("user").first()
    if notice is None or _is_past(notice, now):
        return None
    mail = message(notice)
    return Message(
        str(mail.subject),
        mail.body.partition("\n\n")[0],
        reverse("billing:subscription"),
        _("Your subscription"),
    )


KIND: Final = Kind(
    "plan",
    gettext_lazy("End of premium"),
    gettext_lazy("A trial or a subscription ends, a payment fails."),
    compose,
    is_mailed_anyway=True,
    worth_telling=timedelta(days=2),
)

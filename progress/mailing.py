"""The weekly report as mail: to whom it goes when, what is in it, and how it is taken back."""

import logging
from datetime import date, datetime, time
from email.mime.image import MIMEImage
from smtplib import SMTPRecipientsRefused
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.preferences import language_of, unit_of
from accounts.units import CPM_PER_WPM, speed, unit_label
from accounts.weeks import monday_of
from outbox import events
from progress.figures import curves
from progress.figures.reports import WEEK, Report, report_of
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.models import DailyStat, WeeklyReport
from progress.palette import colours
from progress.wording import short_day, week_figures

HOUR: Final = time(8)
"""From when on it goes out, on the learner's Monday."""
BATCH: Final = 1000
TASK: Final = "progress.tasks.send_weekly_report"
SIGNER: Final = Signer(salt="progress.mailing.unsubscribe")

log = logging.getLogger(__name__)


class InlineImages(EmailMultiAlternatives):
    """A mail whose attachments belong to its HTML."""

    mixed_subtype = "related"


def due_week(timezone: str, *, now: datetime) -> date | None:
    """The Monday of the week to report on in a time zone; None on a Monday before `HOUR`."""
    local = now.astimezone(ZoneInfo(timezone))
    monday = monday_of(local.date())
    return monday - WEEK if local >= datetime.combine(monday, HOUR, local.tzinfo) else None


def queue_due(*, now: datetime) -> int:
    """Queue the report of everyone who wants it, practised last week and hasn't got it; how many.

    A report that could not be sent is queued again by the next call, until its week is not the last one any more.
    """
    wanting = User.objects.filter(weekly_report=True, email__isnull=False, is_active=True)
    zones: dict[date, list[str]] = {}
    for zone in wanting.order_by().values_list("timezone", flat=True).distinct():
        if week := due_week(zone, now=now):
            zones.setdefault(week, []).append(zone)
    queued = 0
    for week, names in zones.items():
        of_week = DailyStat.objects.filter(user=OuterRef("pk"), date__gte=week, date__lt=week + WEEK)
        days = of_week.order_by().values("date").annotate(typed=Sum("characters"))
        practised = days.filter(typed__gte=LEAST_CHARACTERS)
        sent = WeeklyReport.objects.filter(user=OuterRef("pk"), week=week)
        due = wanting.filter(Exists(practised), ~Exists(sent), timezone__in=names).order_by("pk")
        queued += _queue(due.values_list("pk", flat=True), week, now=now)
    return queued


def _queue(due: QuerySet[User, UUID], week: date, *, now: datetime) -> int:
    queued = 0
    batch = list(due[:BATCH])
    while batch:
        payloads = [{"user_id": str(pk), "week": week.isoformat()} for pk in batch]
        with transaction.atomic():
            events.add_each(TASK, payloads, now=now)
        queued += len(batch)
        batch = list(due.filter(pk__gt=batch[-1])[:BATCH])
    return queued


def send(*, user_id: UUID, week: date, now: datetime) -> bool:
    """Send a learner the report of a week, once; whether it went now.

    Raises OSError when the mail server does not take it now; nothing is noted then. What it will never take counts as
    sent. The new row keeps others from sending the same, and no lock on the learner keeps her from typing meanwhile.
    """
    if WeeklyReport.objects.filter(user=user_id, week=week).exists():
        return False
    with transaction.atomic():
        user = User.objects.filter(
            pk=user_id, weekly_report=True, email__isnull=False, is_active=True
        ).first()
        report = report_of(user, week) if user else None
        if user is None or report is None:
            return False
        _report, is_new = WeeklyReport.objects.get_or_create(user=user, week=week, defaults={"sent_at": now})
        if not is_new:
            return False
        try:
            message(user, report).send()
        except SMTPRecipientsRefused as error:
            if any(code < 500 for code, _reason in error.recipients.values()):
                raise
            log.warning("Weekly report of %s: the address of %s is refused for good", week, user_id)
            return False
    return True


def message(user: User, report: Report) -> EmailMultiAlternatives:
    """The mail, in the learner's language and unit."""
    with translation.override(language_of(user)):
        unit = unit_of(user)
        stop = settings.SITE_URL + reverse("progress:unsubscribe", args=[SIGNER.sign(str(user.pk))])
        context = {
            "report": report,
            "figures": week_figures(report, unit),
            "unit": unit,
            "dashboard": settings.SITE_URL + reverse("progress:dashboard"),
            "stop": stop,
            "colours": {name.replace("-", "_"): value for name, value in colours().items()},
        }
        subject = _("Your week at the keyboard: %(speed)s\u00a0%(unit)s") % {
            "speed": speed(report.cpm, unit),
            "unit": unit_label(unit),
        }
        host = urlsplit(settings.SITE_URL).hostname
        mail = InlineImages(
            subject,
            render_to_string("progress/mail/report.txt", context),
            to=[user.email or ""],
            headers={
                "Message-ID": f"<report.{report.week}.{user.pk}@{host}>",
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        mail.attach_alternative(render_to_string("progress/mail/report.html", context), "text/html")
        mail.attach(_picture(report, user))
    return mail


def _picture(report: Report, user: User) -> MIMEImage:
    unit = unit_of(user)
    scale = 1 if unit == "cpm" else 1 / CPM_PER_WPM
    curve = curves.Curve(
        [point.start for point in report.points], [point.cpm * scale for point in report.points]
    )
    image = MIMEImage(curves.draw_curve(curve, unit=unit_label(unit), label=short_day), "png")
    image.add_header("Content-ID", "<curve>")
    image.add_header("Content-Disposition", "inline", filename="curve.png")
    return image


def subscriber(signed: str) -> User | None:
    """Whose reports the link of a mail stops; None for one we did not make."""
    try:
        return User.objects.filter(pk=SIGNER.unsign(signed)).first()
    except BadSignature:
        return None


def stop_reports(user: User) -> None:
    User.objects.filter(pk=user.pk).update(weekly_report=False)

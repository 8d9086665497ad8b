"""The weekly report: to whom it goes when, and what is in it."""

from datetime import date, datetime, time, timedelta
from email.mime.image import MIMEImage
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.db.models import Exists, OuterRef, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Channel, User
from accounts.notifications import by_mail, sending
from accounts.notifications.kinds import Kind, Message
from accounts.notifications.wanted import wanting
from accounts.palette import mail_colours
from accounts.preferences import language_of, unit_of
from accounts.units import CPM_PER_WPM, SpeedUnit, speed, unit_label
from accounts.weeks import monday_of
from progress.figures import curves
from progress.figures.reports import WEEK, Report, report_of
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.models import DailyStat
from progress.wording import short_day, week_figures

HOUR: Final = time(8)
"""From when on it goes out, on the learner's Monday."""
SIGNER: Final = Signer(salt="progress.mailing.unsubscribe")
NBSP: Final = "\u00a0"


class InlineImages(EmailMultiAlternatives):
    """A mail whose attachments belong to its HTML."""

    mixed_subtype = "related"


def due_week(timezone: str, *, now: datetime) -> date | None:
    """The Monday of the week to report on in a time zone; None on a Monday before `HOUR`."""
    local = now.astimezone(ZoneInfo(timezone))
    monday = monday_of(local.date())
    return monday - WEEK if local >= datetime.combine(monday, HOUR, local.tzinfo) else None


def queue_reports(*, now: datetime) -> int:
    """Queue the report of everyone who wants it, practised last week and hasn't got it; how many.

    A report that could not be sent is queued again by the next call, until its week is not the last one any more.
    """
    queued = 0
    for channel in KIND.channels:
        wanting_it = wanting(KIND.code, channel)
        zones: dict[date, list[str]] = {}
        for zone in wanting_it.order_by().values_list("timezone", flat=True).distinct():
            if week := due_week(zone, now=now):
                zones.setdefault(week, []).append(zone)
        for week, names in zones.items():
            of_week = DailyStat.objects.filter(user=OuterRef("pk"), date__gte=week, date__lt=week + WEEK)
            days = of_week.order_by().values("date").annotate(typed=Sum("characters"))
            practised = days.filter(typed__gte=LEAST_CHARACTERS)
            due = wanting_it.filter(Exists(practised), timezone__in=names)
            queued += sending.queue(due, KIND.code, channel, week.isoformat(), now=now)
    return queued


def mail(user: User, about: str, now: datetime) -> EmailMultiAlternatives | None:
    """The report of the week from the Monday `about` as a mail; None when she practised on no day of it."""
    report = report_of(user, date.fromisoformat(about))
    return message(user, report) if report else None


def compose(user: User, about: str, now: datetime) -> Message | None:
    """The same in two sentences."""
    report = report_of(user, date.fromisoformat(about))
    if report is None:
        return None
    figures = week_figures(report, unit_of(user))[1:3]
    return Message(
        title=_subject(report, unit_of(user)),
        text=", ".join(
            f"{one.label}: {one.value}{f'{NBSP}{one.unit}' if one.unit else ''}" for one in figures
        ),
        path=reverse("progress:dashboard"),
        action=_("All your figures"),
    )


def message(user: User, report: Report) -> EmailMultiAlternatives:
    """The mail, in the learner's language and unit."""
    with translation.override(language_of(user)):
        unit = unit_of(user)
        context = {
            "report": report,
            "figures": week_figures(report, unit),
            "unit": unit,
            "dashboard": settings.SITE_URL + reverse("progress:dashboard"),
            "stop": by_mail.stop_link(user, KIND.code),
            "colours": mail_colours(),
        }
        mail = InlineImages(
            _subject(report, unit),
            render_to_string("progress/mail/report.txt", context),
            to=[user.email or ""],
            headers=by_mail.headers(user, KIND.code, report.week.isoformat()),
        )
        mail.attach_alternative(render_to_string("progress/mail/report.html", context), "text/html")
        mail.attach(_picture(report, user))
    return mail


def _subject(report: Report, unit: SpeedUnit) -> str:
    return _("Your week at the keyboard: %(speed)s\u00a0%(unit)s") % {
        "speed": speed(report.cpm, unit),
        "unit": unit_label(unit),
    }


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
    """Whose reports the link of a mail stops that was sent before all mails had one; None for one we did not make."""
    try:
        return User.objects.filter(pk=SIGNER.unsign(signed)).first()
    except BadSignature:
        return None


KIND: Final = Kind(
    "weekly_report",
    gettext_lazy("Weekly report"),
    gettext_lazy("On Monday, after a week with practice: its numbers, your curve and one piece of advice."),
    compose,
    channels=(Channel.EMAIL, Channel.PUSH),
    mail=mail,
    worth_telling=timedelta(days=2),
)

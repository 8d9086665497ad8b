"""Who is reminded to practice, and who is told that a streak is about to end: by her own clock, once a day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import REMINDER_HOUR, User
from accounts.notifications import sending
from accounts.notifications.clock import due_hours
from accounts.notifications.kinds import Kind, Message
from accounts.notifications.wanted import offered_channels, wanting
from progress.figures.days import days_of_practice
from progress.figures.streaks import MOST_FREEZES, Streak, streak
from progress.keystrokes.scoring import LEAST_CHARACTERS
from progress.models import DailyStat

LEAST_STREAK: Final = 3
"""Days in a row worth keeping."""
STREAK_HOUR: Final = 20
DAY: Final = timedelta(days=1)


def queue_reminders(*, now: datetime) -> int:
    """Queue what is due now in every time zone; how many."""
    return _queue(REMINDER, now=now) + _queue(STREAK, now=now)


def compose_reminder(user: User, about: str, now: datetime) -> Message | None:
    """None once she has practiced on that day, it has passed, or a warning of her streak takes its place."""
    today = date.fromisoformat(about)
    if _today(user, now) != today or _practised(user, today) or _is_warned(user, now):
        return None
    if user.goal_minutes:
        goal = ngettext(
            "Your goal for today: %(count)s minute.",
            "Your goal for today: %(count)s minutes.",
            user.goal_minutes,
        )
        text = goal % {"count": number_format(user.goal_minutes)}
    else:
        text = _("You haven't practiced today. Five minutes are enough.")
    return Message(_("Time to practice"), text, reverse("home"), _("Practice now"))


def compose_streak(user: User, about: str, now: datetime) -> Message | None:
    """None where nothing is at risk: she has practiced, or a day off that she has earned holds the streak together."""
    today = date.fromisoformat(about)
    at_risk = streak_at_risk(user, today) if _today(user, now) == today else None
    if at_risk is None:
        return None
    days = ngettext("%(count)s day in a row", "%(count)s days in a row", at_risk.days)
    return Message(
        title=days % {"count": number_format(at_risk.days)},
        text=_("Practice today, and the streak goes on. Five minutes are enough."),
        path=reverse("home"),
        action=_("Practice now"),
    )


def streak_at_risk(user: User, today: date) -> Streak | None:
    """The streak that ends unless she practices today."""
    days = days_of_practice(DailyStat.objects.filter(user=user))
    now, without_today = streak(days, today=today), streak(days, today=today + DAY)
    is_at_risk = now.days >= LEAST_STREAK and today not in days and without_today.days == 0
    return now if is_at_risk else None


def _queue(kind: Kind, *, now: datetime) -> int:
    queued = 0
    for channel in kind.channels:
        learners = wanting(kind.code, channel)
        for day, due in _due(learners, kind, now=now):
            queued += sending.queue(due, kind.code, channel, day.isoformat(), now=now)
    return queued


def _due(learners: QuerySet[User], kind: Kind, *, now: datetime) -> Iterator[tuple[date, QuerySet[User]]]:
    """Of `learners` those for whom it is time and who have not practiced today, by their days."""
    zones: dict[tuple[date, range], list[str]] = {}
    for zone in learners.order_by().values_list("timezone", flat=True).distinct():
        zones.setdefault(due_hours(zone, now=now), []).append(zone)
    for (day, hours), names in zones.items():
        there = learners.filter(~Exists(_days(day, day)), timezone__in=names)
        if kind is REMINDER:
            yield day, there.filter(_wants_reminder(day, hours))
        elif STREAK_HOUR in hours:
            # Who practiced on no day of the last few has no streak, whatever days off she has earned.
            yield day, there.filter(Exists(_days(day - (MOST_FREEZES + 1) * DAY, day - DAY)))


def _wants_reminder(day: date, hours: range) -> Q:
    """Who chose one of the hours and the day's day of the week; without a choice it is the usual hour of every day."""
    chosen = Q(reminder_time__hour__in=hours, reminder_time__days__contains=[day.weekday()])
    return chosen | Q(reminder_time=None) if REMINDER_HOUR in hours else chosen


def _days(first: date, last: date) -> QuerySet:
    """The learner's days of practice from one to another."""
    typed = DailyStat.objects.filter(user=OuterRef("pk"), date__range=(first, last))
    return typed.order_by().values("date").annotate(sum=Sum("characters")).filter(sum__gte=LEAST_CHARACTERS)


def _today(user: User, now: datetime) -> date:
    return now.astimezone(ZoneInfo(user.timezone)).date()


def _practised(user: User, today: date) -> bool:
    return bool(days_of_practice(DailyStat.objects.filter(user=user, date=today)))


def _is_warned(user: User, now: datetime) -> bool:
    """Whether a warning of her streak comes this evening, or came: then nothing else asks her to practice."""
    here = now.astimezone(ZoneInfo(user.timezone))
    return (
        here.hour >= STREAK_HOUR
        and any(wanting(STREAK.code, channel).filter(pk=user.pk).exists() for channel in offered_channels())
        and streak_at_risk(user, here.date()) is not None
    )


REMINDER: Final = Kind(
    "reminder",
    gettext_lazy("Reminder to practice"),
    gettext_lazy("At the hour below, if you haven't practiced that day."),
    compose_reminder,
)
STREAK: Final = Kind(
    "streak",
    gettext_lazy("Streak at risk"),
    gettext_lazy("At eight in the evening, when a streak of three days or more is about to end."),
    compose_streak,
)

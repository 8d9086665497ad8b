"""The rows of a history in words."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Final
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.units import SpeedUnit, accuracy, speed
from progress import wording
from progress.figures.history import History, HistoryDay
from progress.models import TypingSession
from progress.templatetags.stars import stars_in_words

register = template.Library()
NO_ID: Final = str(UUID(int=0))
"""In place of a session's, as an address is made of its name only once a page: that took a seventh of its time."""
register.filter(wording.unranked)
register.filter(wording.clock)


@register.simple_tag
def day_groups(days: Iterable[HistoryDay], history: History, unit: SpeedUnit) -> SafeString:
    """The table's rows by day, each day with its date, and how many exercises of it there are on all pages."""
    drawn = []
    for day in days:
        exercises = ngettext("%(shown)s exercise", "%(shown)s exercises", day.exercises)
        told = f"{exercises % {'shown': number_format(day.exercises)}} · {short_time(day.minutes)}"
        head = f'<th scope="rowgroup" colspan="4"><b>{near_day(day.date)}</b> · {told}</th>'
        drawn.append(
            f'<tbody><tr class="day">{head}</tr>\n{session_rows(day.sessions, history, unit)}</tbody>'
        )
    return mark_safe("\n".join(drawn))  # noqa: S308 (dates and numbers, and rows that are escaped)


@register.simple_tag
def session_rows(sessions: Iterable[TypingSession], history: History, unit: SpeedUnit) -> SafeString:
    """Rows of the table; written here, as a template takes ten times as long for a page of them."""
    shows_days = bool(history.filters.sort)
    url = reverse("progress:session", args=[NO_ID])
    rows = (_row(one, url.replace(NO_ID, str(one.pk)), history, unit, shows_days) for one in sessions)
    return mark_safe("\n".join(rows))  # noqa: S308 (escaped where they are made)


def _row(session: TypingSession, url: str, history: History, unit: SpeedUnit, shows_day: bool) -> str:
    """All but names are numbers and dates, so only they are escaped: `format_html` took a sixth of the page's time."""
    began = timezone.localtime(session.started_at)
    day = f"{date_format(session.local_date, 'SHORT_DATE_FORMAT')} " if shows_day else ""
    return (
        f'<tr><td><time datetime="{began.isoformat()}">{day}<span>{time_format(began, "TIME_FORMAT")}</span>'
        f'</time></td><th scope="row"><a href="{url}">{escape(wording.heading(session, history.names))}</a>'
        f"<small>{_notes(session, is_record=history.is_record(session))}</small></th>"
        f"<td>{speed(session.cpm, unit)}</td><td>{accuracy(session.accuracy)}</td>"
        f'<td class="wide">{wording.clock(session.duration_ms)}</td></tr>'
    )


def _notes(session: TypingSession, *, is_record: bool) -> SafeString:
    """What stands under the name: stars, a record, the course, why it is not ranked."""
    notes = [_stars(session.stars)] if session.stars else []
    if is_record:
        notes.append(format_html('<b class="record">{}</b>', _("record")))
    if session.lesson:
        notes.append(format_html('<span class="of-course">{}</span>', session.lesson.course.title))
    if reason := wording.unranked(session):
        unranked = '<span title="{0}">{1}<span class="visually-hidden">: {0}</span></span>'
        notes.append(format_html(unranked, reason, _("not ranked")))
    return mark_safe("".join(notes))  # noqa: S308 (all of them are escaped)


def _stars(stars: int) -> SafeString:
    words = stars_in_words(stars)
    return format_html('{}<span class="visually-hidden">{}</span>', _dots(stars), words)


@cache
def _dots(stars: int) -> SafeString:
    return render_to_string("progress/_dots.html", {"stars": stars})


def near_day(day: date) -> str:
    """A day as it is spoken of: "Today", "November 26", of another year "November 26, 2025"."""
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if (today - day).days == 1:
        return _("Yesterday")
    return wording.recent_day(day) if day.year == today.year else date_format(day, "DATE_FORMAT")


def short_time(minutes: float) -> str:
    """How long a day's practice was: "2 min", "1 h 5 min"; a minute at least."""
    hours, rest = divmod(max(int(minutes), 1), 60)
    parts = [(hours, _("h")), (rest, _("min"))]
    return " ".join(f"{number_format(number)}\u00a0{unit}" for number, unit in parts if number)

"""What sessions and reports are called and told, in the language that is active; for pages, mail and the admin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from unicodedata import category
from uuid import UUID

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.units import SpeedUnit, accuracy, nearest, percent_sign, reached_whole, speed, unit_label
from lessons import keyboards
from lessons.models import localised
from progress.exercises.timed_tests import Length
from progress.figures.days import GROWTH_EACH, Growth
from progress.figures.reports import Advice, Report
from progress.keystrokes.plausibility import Flag
from progress.models import TypingSession


def layout_name(code: str) -> str:
    names = keyboards.layout(code).names
    return localised(names["ru"], names["en"])


def days_in_numbers(days: Iterable[date]) -> list[str]:
    """Days in numbers: "26.11.2026"."""
    language = get_language() or ""
    return [_day_in_numbers(day, language) for day in days]


@lru_cache(maxsize=1000)
def _day_in_numbers(day: date, _language: str) -> str:
    """Kept, as charts and calendars name the same days again and again."""
    return date_format(day, "SHORT_DATE_FORMAT")


def arrow(pair: str) -> str:
    return f"{visible(pair[0])} → {visible(pair[1])}"


def visible(typed: str) -> str:
    """Characters as they can be seen alone: a bare mark over a circle, the unseen by their numbers."""
    seen = typed.replace(" ", "␣").replace("\n", "⏎")
    if not seen.isprintable():
        seen = "".join(char if char.isprintable() else f"U+{ord(char):04X}" for char in seen)
    return f"◌{seen}" if seen and category(seen[0]).startswith("M") else seen


def unranked(session: TypingSession) -> str:
    """Why a session takes no part in rankings; "" for one that does."""
    if session.ranked:
        return ""
    if session.source == TypingSession.Source.PLAIN:
        return _("typed without JavaScript")
    if session.source == TypingSession.Source.LEGACY:
        return _("its times cannot be verified: it came from the old program")
    if session.is_extendable:
        return _("its time could be extended")
    sentences = {
        Flag.CLOCK: _("it took longer than the exercise had been open, or a clock is wrong"),
        Flag.UNTRUSTED: _("a program pressed the keys"),
        Flag.PASTED: _("text was pasted"),
        Flag.BURST: _("too many keys came at once"),
        Flag.STEADY: _("the rhythm is too even"),
        Flag.REPEATED: _("the rhythm repeats that of an earlier session"),
        Flag.IDLE: _("there was a break of more than 5 seconds"),
        Flag.FAST: _("the speed is beyond what hands can do"),
        Flag.WORDS: _("whole words were entered at once"),
        Flag.STALE: _("the text had been open for a long time, or typed before"),
        Flag.REJECTED: _("it was taken out after a review"),
    }
    return ", ".join(sentences[Flag(flag)] for flag in session.flags)


def clock(duration_ms: int) -> str:
    """How long it took: "0:58", "4:07", "1:02:03"."""
    minutes, seconds = divmod(duration_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass(frozen=True, slots=True)
class WeekFigure:
    """A number to be shown large, with its unit and what there is to say of it."""

    label: str
    value: str
    unit: str = ""
    notes: tuple[str, ...] = ()


def week_figures(report: Report, unit: SpeedUnit) -> list[WeekFigure]:
    """The numbers of the week."""
    speed_label = _("Speed") if report.layouts == 1 else f"{_('Speed')}, {layout_name(report.layout)}"
    notes = tuple(filter(None, (week_change(report, unit), week_record(report, unit))))
    exercises = ngettext("%(shown)s exercise", "%(shown)s exercises", report.exercises)
    streak = ngettext("%(count)s day in a row", "%(count)s days in a row", report.streak)
    return [
        WeekFigure(speed_label, speed(report.cpm, unit), unit_label(unit), notes),
        WeekFigure(_("Accuracy"), accuracy(report.accuracy) + percent_sign()),
        WeekFigure(
            _("Days of practice"),
            str(report.days),
            _("of 7"),
            (streak % {"count": number_format(report.streak)},) if report.streak > 1 else (),
        ),
        WeekFigure(
            _("Time"),
            number_format(max(int(report.minutes), 1)),
            _("min"),
            (exercises % {"shown": number_format(report.exercises)},),
        ),
    ]


def recent_day(value: date) -> str:
    """A day of a recent year: "November 9"."""
    # Translators: a day and its month as Django's date format.
    return date_format(value, _("F j"))


def growth_sentence(growth: Growth, unit: SpeedUnit) -> str:
    """How the speed changed since a day, in the mean of a few days, as single ones differ much."""
    before, now = speed(growth.before, unit), speed(growth.now, unit)
    values = {
        "since": recent_day(growth.since),
        "before": before,
        "now": now,
        "unit": unit_label(unit),
        "days": GROWTH_EACH,
    }
    if before == now:
        return (
            _("Since %(since)s your speed has stayed at %(now)s\u00a0%(unit)s (average of %(days)s days).")
            % values
        )
    return (
        _(
            "Since %(since)s: %(before)s → %(now)s\u00a0%(unit)s (average of the first and the last %(days)s days)."
        )
        % values
    )


def week_change(report: Report, unit: SpeedUnit) -> str:
    """The speed against the week before; "" without one."""
    if report.before is None:
        return ""
    now, before = (reached_whole(cpm, unit) for cpm in (report.cpm, report.before))
    if now == before:
        return _("as fast as the week before")
    wording = (
        _("%(amount)s\u00a0%(unit)s more than the week before")
        if now > before
        else _("%(amount)s\u00a0%(unit)s less than the week before")
    )
    return wording % {"amount": number_format(abs(now - before), 0), "unit": unit_label(unit)}


def week_record(report: Report, unit: SpeedUnit) -> str:
    """The speed against the fastest earlier week; "" without one."""
    if report.best is None:
        return ""
    now, best = (reached_whole(cpm, unit) for cpm in (report.cpm, report.best))
    if now > best:
        return _("your fastest week so far")
    if now == best:
        return _("as fast as your fastest week")
    return _("your fastest week: %(speed)s\u00a0%(unit)s") % {
        "speed": speed(report.best, unit),
        "unit": unit_label(unit),
    }


def short_day(value: date) -> str:
    """A day for an axis: "Nov 9"."""
    # Translators: a day and its month, shortened, as Django's date format.
    return date_format(value, _("M j"))


def curve_summary(report: Report, unit: SpeedUnit) -> str:
    """The curve for those who do not see it."""
    speeds = [point.cpm for point in report.points]
    if len(speeds) == 1:
        return _("Speed on %(day)s: %(speed)s\u00a0%(unit)s.") % {
            "day": recent_day(report.points[0].start),
            "speed": speed(speeds[0], unit),
            "unit": unit_label(unit),
        }
    values = {
        "first": speed(speeds[0], unit),
        "last": speed(speeds[-1], unit),
        "highest": speed(max(speeds), unit),
        "unit": unit_label(unit),
        "start": recent_day(report.points[0].start),
        "end": recent_day(report.sunday),
    }
    if report.period == "week":
        sentence = _(
            "Speed by week, %(start)s – %(end)s: from %(first)s to %(last)s\u00a0%(unit)s, %(highest)s at most."
        )
    else:
        sentence = _(
            "Speed by day, %(start)s – %(end)s: from %(first)s to %(last)s\u00a0%(unit)s, %(highest)s at most."
        )
    return sentence % values


def advice_sentence(advice: Advice) -> str:
    """One piece of advice."""
    if advice.kind == "slower":
        return _(
            "Slow down until hardly any mistakes are left: whoever types accurately becomes fast without trying."
        )
    if advice.kind == "pair" and advice.cost is not None:
        return _(
            "“%(keys)s” costs you %(cost)s\u00a0s per 1,000\u00a0characters: type it slowly and evenly a few times "
            "before you start."
        ) % {"keys": arrow(advice.keys), "cost": number_format(nearest(advice.cost, 1), 1)}
    if advice.kind == "key" and advice.cost is None:
        return _(
            "The key “%(keys)s” holds you back: find it a few times without looking before you start."
        ) % {"keys": visible(advice.keys)}
    if advice.kind == "key" and advice.cost is not None:
        return _(
            "The key “%(keys)s” costs you %(cost)s\u00a0s per 1,000\u00a0characters: find it a few times without "
            "looking before you start."
        ) % {"keys": visible(advice.keys), "cost": number_format(nearest(advice.cost, 1), 1)}
    return _(
        "A short exercise every day does more than a long one now and then: ten minutes are plenty. Choose a time of "
        "day for it."
    )


def heading(session: TypingSession, names: Mapping[UUID, str] | None = None) -> str:
    """What was typed: "Lesson 1. A and O", "Test, 3 minutes", "Test, 25 words", or by `names` "Warm-up, 1 of 4"."""
    if session.kind == TypingSession.Kind.TEST:
        return Length.of(session).test
    if session.kind in (TypingSession.Kind.PLACING, TypingSession.Kind.LINE):
        return str(TypingSession.Kind(session.kind).label)
    if session.lesson is None:
        return (names or {}).get(session.pk) or _("Drill")
    return _("Lesson %(number)s. %(title)s") % {
        "number": session.lesson.number,
        "title": session.lesson.title,
    }

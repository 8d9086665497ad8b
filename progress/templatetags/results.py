"""A result in words."""

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.units import (
    SpeedUnit,
    exact_speed,
    percent_sign,
    plain,
    reached_exactly,
    reached_whole,
    speed,
    unit_label,
    wanted_speed,
)
from lessons.languages import of_layout
from lessons.models import Lesson
from progress import wording
from progress.exercises import beginnings
from progress.exercises.timed_tests import again
from progress.figures.results import Result
from progress.honours.leaderboards import board_of
from progress.keystrokes import scoring
from progress.models import TypingSession

register = template.Library()
register.filter(wording.heading)
register.simple_tag(percent_sign)


@register.filter
def speed_reached(session: TypingSession, unit: SpeedUnit) -> str:
    """The speed of a session: exactly beside what a lesson wants, else as everywhere."""
    return exact_speed(session.cpm, unit) if session.lesson_id else speed(session.cpm, unit)


@register.filter
def gain(result: Result, unit: SpeedUnit) -> str:
    """What changed in speed since the last run of the like, by the speeds shown; of tests since the last ranked one."""
    session, last = result.session, result.before.cpm
    if last is None:
        return _("the first run") if session.lesson_id else ""
    shown = reached_exactly if session.lesson_id else reached_whole
    now, before = shown(session.cpm, unit), shown(last, unit)
    is_test = session.kind == TypingSession.Kind.TEST
    if now == before:
        return _("as fast as the last ranked test") if is_test else _("as fast as last time")
    if now > before:
        more, more_than_test = (
            _("%(amount)s\u00a0%(unit)s more than last time"),
            _("%(amount)s\u00a0%(unit)s more than in the last ranked test"),
        )
        wording = more_than_test if is_test else more
    else:
        less, less_than_test = (
            _("%(amount)s\u00a0%(unit)s less than last time"),
            _("%(amount)s\u00a0%(unit)s less than in the last ranked test"),
        )
        wording = less_than_test if is_test else less
    return wording % {"amount": plain(abs(now - before)), "unit": unit_label(unit)}


@register.filter
def record_told(result: Result, unit: SpeedUnit) -> str:
    """How a test's speed stands to the learner's record, with as many digits as tell them apart; "" where there is none
    yet."""
    record, cpm = result.before.record, result.session.cpm
    if result.session.lesson_id or record is None:
        return ""
    if result.is_record and speed(cpm, unit) != speed(record, unit):
        return _("A new record! The previous one was %(speed)s\u00a0%(unit)s.") % _shown(record, unit)
    if result.is_record and (now := exact_speed(cpm, unit)) != (before := exact_speed(record, unit)):
        values = {"now": now, "before": before, "unit": unit_label(unit)}
        return _("A new record: %(now)s\u00a0%(unit)s; the previous one was %(before)s.") % values
    return _("Your record: %(speed)s\u00a0%(unit)s.") % _shown(record, unit)


def _shown(cpm: float, unit: SpeedUnit) -> dict[str, str]:
    return {"speed": speed(cpm, unit), "unit": unit_label(unit)}


@register.filter
def wanted(session: TypingSession, unit: SpeedUnit) -> str:
    """What the next star of a lesson still wants, and only what is missing; "" where there is none."""
    if session.lesson is None or session.stars is None:
        return ""
    step = scoring.next_star(session.stars, session.lesson.target_cpm)
    if step is None:
        return ""
    stars, cpm, accuracy = step
    # To as many digits as what is wanted: 60.5 / 55 may come out a binary digit below 1.1.
    is_slow, is_inexact = round(session.cpm, 6) < cpm, session.accuracy < accuracy
    sentence = {
        (False, False): "",
        (True, True): _(
            "For %(stars)s you need more speed and accuracy: %(speed)s\u00a0%(unit)s and %(accuracy)s%%."
        ),
        (True, False): _("For %(stars)s you need more speed: %(speed)s\u00a0%(unit)s."),
        (False, True): _("For %(stars)s you need more accuracy: %(accuracy)s%%."),
    }[is_slow, is_inexact]
    return sentence % {
        "stars": {
            2: pgettext("needed", "two stars"),
            3: pgettext("needed", "three stars"),
            4: pgettext("needed", "four stars"),
            5: pgettext("needed", "five stars"),
        }[stars],
        "speed": wanted_speed(cpm, unit),
        "unit": unit_label(unit),
        "accuracy": number_format(accuracy, 0),
    }


@register.filter
def target(lesson: Lesson, unit: SpeedUnit) -> str:
    """What a lesson aims at: "20 WPM, 92% accuracy"."""
    return _("%(speed)s\u00a0%(unit)s, %(accuracy)s%% accuracy") % {
        "speed": wanted_speed(lesson.target_cpm, unit),
        "unit": unit_label(unit),
        "accuracy": number_format(lesson.target_accuracy, 0),
    }


@register.filter
def target_reached(session: TypingSession, unit: SpeedUnit) -> str:
    """The target of a lesson, and whether a session reached it; "" for what is no lesson.

    What is missing, the next star says.
    """
    lesson = session.lesson
    if lesson is None:
        return ""
    is_reached = session.cpm >= lesson.target_cpm and session.accuracy >= lesson.target_accuracy
    sentence = (
        _("Target of the lesson reached: %(target)s.")
        if is_reached
        else _("Target of the lesson: %(target)s.")
    )
    return sentence % {"target": target(lesson, unit)}


@register.filter
def duration(session: TypingSession) -> SafeString:
    """How long a session took: "58 seconds", "4:07 minutes"."""
    seconds = session.duration_ms // 1000
    if seconds < 100:
        return format_html("<b>{}</b> {}", number_format(seconds), ngettext("second", "seconds", seconds))
    minutes, rest = divmod(seconds, 60)
    return format_html("<b>{}:{}</b> {}", number_format(minutes), f"{rest:02}", _("minutes"))


@register.filter
def again_url(session: TypingSession) -> str:
    """Where the same exercise is typed once more."""
    if session.kind == TypingSession.Kind.TEST:
        return again(session)
    if session.lesson:
        return reverse("progress:practice", args=[session.lesson.course.slug, session.lesson.number])
    if session.kind in (TypingSession.Kind.LINE, TypingSession.Kind.PLACING):
        return beginnings.begin_again(session, of_layout(session.layout).code)
    return reverse("coaching:drill", args=[session.text_id])


@register.filter
def board_url(session: TypingSession) -> str:
    """The leaderboard of what was typed; "" where there is none."""
    board, lesson = board_of(session), session.lesson
    if not board:
        return ""
    if lesson:
        board = f"{lesson.course.slug}/{lesson.number}"
    return f"{reverse('progress:leaderboards')}?board={board}&period=ever"

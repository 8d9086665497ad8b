"""Why something could not be typed or recorded, in the learner's words."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.guests import NotYours
from billing.wording import offer_context
from lessons.models import Lesson
from progress.exercises.access import LessonClosed, LessonLocked, PremiumNeeded, way_to
from progress.exercises.tickets import InvalidTicket
from progress.figures.maps import course_map
from progress.keystrokes.logs import Fault, InvalidLog, LogTooLarge, Unfinished
from progress.recording.record import Conflict, ExerciseGone

Refused = InvalidLog | InvalidTicket | LessonClosed | NotYours | Conflict | ExerciseGone
REFUSED = (InvalidLog, InvalidTicket, LessonClosed, NotYours, Conflict, ExerciseGone)
FOR_GOOD = (InvalidLog, Conflict, ExerciseGone)
"""What every other try would meet too, whoever makes it and whenever."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A word for programs, an HTTP status, a sentence, a further detail and the one thing to do next."""

    code: str
    status: int
    message: str
    action_url: str
    action: str
    detail: str = ""


def refuse(request: HttpRequest, error: Refused, *, fragment: str = "progress/_refusal.html") -> HttpResponse:
    """The refusal as a page, or as the fragment htmx asked for."""
    refusal = explain(error)
    if isinstance(error, LessonLocked):
        refusal = _to_open_lesson(request, refusal, error.lesson)
    template = fragment if request.headers.get("HX-Request") else "progress/refusal.html"
    page: dict[str, object] = {"refusal": refusal}
    if refusal.status == 402 and template == "progress/refusal.html":
        page |= offer_context(request.user)
        if not page["plans"] and isinstance(error, LessonClosed):
            # Where nothing is sold, the page of prices is no way on.
            page["refusal"] = _to_open_lesson(request, refusal, error.lesson)
    return render(request, template, page, status=refusal.status)


def _to_open_lesson(request: HttpRequest, refusal: Refusal, closed: Lesson) -> Refusal:
    """The lesson before a closed one may be closed, too: lead to the one that is next, and where none is, to the
    course."""
    following = course_map(closed.course, request.user, now=timezone.now()).next
    if following is None:
        return replace(
            refusal,
            action_url=reverse("progress:course", args=[closed.course.slug]),
            action=_("Go to the course"),
        )
    numbers = {"number": closed.number, "previous": following.number}
    message = refusal.message
    if refusal.code == "lesson_locked" and following.number != closed.number - 1:
        message = _("Lesson %(number)s opens later: you are at lesson %(previous)s.") % numbers
    return replace(
        refusal,
        message=message,
        action_url=way_to(following),
        action=_("Go to lesson %(previous)s") % numbers,
    )


def explain(error: Refused) -> Refusal:
    """What to tell the learner about an error."""
    if isinstance(error, LessonClosed):
        return _closed(error)
    courses = reverse("lessons:catalogue"), _("Go to the courses")
    if isinstance(error, LogTooLarge):
        return Refusal("too_large", 413, _("This exercise is too long to be recorded."), *courses)
    if isinstance(error, Unfinished):
        return Refusal(
            "unfinished",
            422,
            _("The text was not typed to its end, so there is nothing to score yet."),
            *courses,
        )
    if isinstance(error, InvalidLog):
        message = _(
            "The keystrokes were damaged on the way, so they could not be scored. Please type the exercise again."
        )
        return Refusal("invalid_log", 422, message, *courses, detail=str(error))
    if isinstance(error, Conflict):
        return Refusal(
            "conflict",
            409,
            _("This exercise has already been recorded. Open it again to type it once more."),
            *courses,
        )
    if isinstance(error, NotYours):
        message = _("This exercise was opened by somebody else. Sign in as that learner, or open it again.")
        return Refusal("not_yours", 403, message, *courses)
    if isinstance(error, ExerciseGone):
        return Refusal("gone", 410, _("This exercise is no longer there."), *courses)
    message = _("This exercise was not opened here, or was changed on the way. Please open it again.")
    return Refusal("bad_ticket", 403, message, *courses)


def fault(error: InvalidLog) -> str:
    """What is wrong with a log, for who wrote the program that sent it."""
    sentences: dict[str, str] = {
        Fault.TOO_LARGE: _("more than a megabyte"),
        Fault.ENCODING: _("not UTF-8, or characters that cannot be stored"),
        Fault.JSON: _("not JSON"),
        Fault.DEPTH: _("nested too deep"),
        Fault.DUPLICATE: _("the same key twice"),
        Fault.MISSING: _("missing"),
        Fault.TYPE: _("of the wrong type or shape"),
        Fault.VERSION: _("only version 1 is known"),
        Fault.TICKET: _("not a ticket"),
        Fault.MODE: _("neither stop nor free, or not the ticket's"),
        Fault.EVENTS: _("none, or more than a megabyte can hold"),
        Fault.TEXT: _("not 1 to 16 characters, or with a control character"),
    }
    return sentences.get(error.code, _("not typed to the end"))


def _closed(error: LessonClosed) -> Refusal:
    lesson = error.lesson
    course = lesson.course.slug
    if isinstance(error, PremiumNeeded):
        message = _("Lesson %(number)s is part of premium.")
        return Refusal(
            "premium_needed",
            402,
            message % {"number": lesson.number},
            reverse("billing:pricing"),
            _("See what premium includes"),
        )
    if isinstance(error, LessonLocked):
        message = _(
            "Lesson %(number)s opens after two stars in lesson %(previous)s, or after three runs of it with an "
            "accuracy of 95%% or more."
        )
        numbers = {"number": lesson.number, "previous": error.previous.number}
        previous = reverse("progress:practice", args=[course, error.previous.number])
        return Refusal(
            "lesson_locked", 403, message % numbers, previous, _("Go to lesson %(previous)s") % numbers
        )
    message = _("Lesson %(number)s is still being written.") % {"number": lesson.number}
    return Refusal(
        "lesson_coming", 404, message, reverse("progress:course", args=[course]), _("Go to the course")
    )

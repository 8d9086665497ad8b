"""Where lessons are typed: the map of a course, the practice page, its trial, and what it posts."""

import re
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from accounts import guests
from accounts.preferences import unit, view_for
from accounts.staff.impersonation import is_acting
from lessons.languages import TYPED, twins_of
from lessons.models import Course, Lesson
from lessons.outlines import lesson_numbered
from progress.exercises import beginnings, tickets
from progress.exercises.access import LessonClosed, progress_around, require_access
from progress.exercises.exercise import MODES, Exercise, layout_for, lesson_exercise, ticket_for
from progress.exercises.tickets import open_ticket
from progress.figures.maps import course_map
from progress.figures.results import next_text
from progress.keystrokes.logs import Log, LogTooLarge, Unfinished, parse_log
from progress.keystrokes.replay import units
from progress.models import TypingSession
from progress.pages.drawn import drawn_hands, virtual_keyboard
from progress.pages.sessions import last_result, show_result
from progress.recording.record import PlainText, record_session
from progress.recording.recorded import Recorded
from progress.refusals import FOR_GOOD, REFUSED, Refused, refuse

MAX_PLAIN = 20_000
"""Characters the plain form may send."""
VERDICT = "Typing-Log"
"""The header that says whether the browser may forget a log; `static/typing/practice.js` reads it."""
SECTIONS: dict[str, str] = {
    TypingSession.Kind.TEST: "tests",
    TypingSession.Kind.DRILL: "coach",
    TypingSession.Kind.PLACING: "tests",
}
"""Where in the site an exercise belongs; lessons to the courses."""
FLOWING = frozenset({TypingSession.Kind.TEST, TypingSession.Kind.DRILL})
"""After which the next text may stand there at once, beneath the last result; its room is kept from the first on."""
SIGNATURE = re.compile(r"[\w-]{1,100}", re.ASCII)
RUN = re.compile(r"[1-9][0-9]{0,3}")
"""The number of a run."""


def practice_page(
    request: HttpRequest, exercise: Exercise, template: str = "progress/practice.html", **more: object
) -> HttpResponse:
    """The page on which an exercise is typed, with its ticket unless it is a trial; `template` extends the usual one,
    and `more` is what it shows besides. Writes nothing. An admin who acts as a learner only tries it."""
    if is_acting(request):
        exercise = replace(exercise, is_trial=True)
    mistakes = "test_mistakes" if exercise.is_test else "mistakes"
    mode = chosen_mode(request, exercise, mistakes)
    layout = layout_for(request.user, exercise)
    keyboard = request.user.keyboard if request.user.is_authenticated else ""
    context: dict[str, object] = {
        "lesson": exercise.lesson,
        "title": exercise.title,
        "goal": exercise.goal,
        "text": "".join(units(exercise.text.body)),
        "ticket": signed_ticket(request, exercise, layout.code, mode),
        "is_trial": exercise.is_trial,
        "mode": mode,
        "mistakes": mistakes,
        "layout": layout,
        "twins": twins_of(layout.code),
        "keyboard": ""
        if exercise.is_test
        else virtual_keyboard(layout.code, keyboard, frozenset(exercise.taught)),
        "hands": exercise.new_characters and drawn_hands(layout.code, get_language() or ""),
        "new": exercise.new_characters,
        "minutes": exercise.minutes,
        "words": exercise.words,
        "is_extendable": exercise.is_extendable,
        "best_cpm": exercise.best_cpm,
        "language": TYPED[exercise.language],
        "unit": unit(request),
        "again_url": request.path,
        "back_url": exercise.back_url,
        "section": SECTIONS.get(exercise.kind, "courses"),
        "last": last_result(request),
        "flows": exercise.kind in FLOWING,
        **more,
    }
    response = render(request, template, context)
    add_never_cache_headers(response)
    return response


def signed_ticket(request: HttpRequest, exercise: Exercise, layout: str, mode: str) -> str:
    """The permission to record what is typed now; "" for a trial, of which nothing is recorded."""
    if exercise.is_trial:
        return ""
    return tickets.sign_ticket(ticket_for(request.user, exercise, layout, mode, now=timezone.now()))


def chosen_mode(request: HttpRequest, exercise: Exercise, mistakes: str) -> str:
    """What a mistake does: as asked for now, else as a lesson wants that is typed freely, else as chosen, for tests
    apart from all else."""
    wants_it = exercise.lesson is not None and exercise.mode != MODES[0]
    asked = (request.GET.get("mode"), None if wants_it else view_for(request)[mistakes])
    return next((mode for mode in asked if mode in MODES), exercise.mode)


@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    """The map of a course."""
    found = get_object_or_404(Course, slug=course)
    drawn = course_map(found, request.user, now=timezone.now())
    return render(request, "progress/course.html", {"map": drawn, "section": "courses"})


@require_safe
def practice(request: HttpRequest, course: str, number: int) -> HttpResponse:
    """The page on which a lesson is typed."""
    found = lesson_numbered(get_object_or_404(Course, slug=course), number)
    if found is None:
        raise Http404
    rows = progress_around(request.user, found)
    runs = {lesson: row.as_runs() for lesson, row in rows.items()}
    try:
        require_access(request.user, found, now=timezone.now(), runs=runs)
    except LessonClosed as error:
        return refuse(request, error)
    own = rows.get(found.lesson.pk)
    back_url = reverse("progress:course", args=[course])
    exercise = lesson_exercise(found.lesson, request.user, runs=own.runs if own else 0, back_url=back_url)
    return practice_page(request, replace(exercise, best_cpm=own.best_cpm) if own else exercise)


@require_safe
def trial(request: HttpRequest, course: str, number: int) -> HttpResponse:
    """A lesson as learners will see it, published or not, for an editor to try, in the run that `run` says or the
    first. Nothing is recorded."""
    if not (request.user.is_staff and request.user.has_perm("lessons.view_lesson")):
        raise PermissionDenied
    lessons = Lesson.objects.select_related("course", "text").exclude(text=None)
    lesson = get_object_or_404(lessons, course__slug=course, number=number)
    back_url = reverse("admin:lessons_lesson_change", args=[lesson.pk])
    run = request.GET.get("run", "")
    runs = int(run) - 1 if RUN.fullmatch(run) else 0
    return practice_page(request, lesson_exercise(lesson, runs=runs, back_url=back_url, is_trial=True))


@require_safe
def first_line(request: HttpRequest, language: str) -> HttpResponse:
    """The line of the front page, once more."""
    if language not in TYPED:
        raise Http404
    return practice_page(request, beginnings.first_line_exercise(language))


@require_safe
def placement(request: HttpRequest, language: str) -> HttpResponse:
    """The test that opens lessons up to one's level."""
    if language not in TYPED:
        raise Http404
    return practice_page(request, beginnings.placement_exercise(language), is_placement=True)


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Score and store what was typed on a practice page; the same log again shows the same result."""
    now = timezone.now()
    signed = request.POST.get("ticket", "")
    try:
        signed, log = _submission(request)
        ticket = open_ticket(signed)
        with transaction.atomic():
            learner = guests.claim(
                request,
                learner_id=ticket.learner,
                minted=ticket.minted,
                now=now,
                zone=request.POST.get("timezone", ""),
            )
            recorded = record_session(ticket=ticket, learner=learner, log=log, now=now)
    except REFUSED as error:
        return with_verdict(_refused(request, error), signed, is_settled=isinstance(error, FOR_GOOD))
    guests.sign_in_guest(request, learner)
    return with_verdict(_recorded(request, recorded), signed, is_settled=True)


def with_verdict(answer: HttpResponse, signed: str, *, is_settled: bool) -> HttpResponse:
    """The answer, by which a browser knows that we gave it of the log of this ticket, and not somebody on the way.

    It keeps the log until that is settled: recorded, or refused for good. The ticket is told by its signature.
    """
    signature = signed.rpartition(":")[2]
    if SIGNATURE.fullmatch(signature):
        answer[VERDICT] = f"{signature} {'settled' if is_settled else 'kept'}"
    return answer


def _recorded(request: HttpRequest, recorded: Recorded) -> HttpResponse:
    """The result: a page, or in place of the exercise, or a line above the next text where one waits; nothing of a log
    sent from the page of another one."""
    if not request.headers.get("HX-Request"):
        return redirect(recorded.session)
    if _is_sent_later(request):
        return HttpResponse()
    if url := next_text(recorded):
        return HttpResponse(headers={"HX-Redirect": url})
    response = show_result(request, recorded, "progress/_result.html")
    if request.headers.get("HX-Target") == "practice":
        response["HX-Push-Url"] = reverse("progress:session", args=[recorded.session.pk])
    return response


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """The refusal: in place of the exercise if it is for good, else beside it, as the log may be recorded yet.

    Of a log sent from the page of another exercise nothing is told but what is for good.
    """
    if not request.headers.get("HX-Request"):
        return refuse(request, error)
    if isinstance(error, FOR_GOOD):
        later = {"fragment": "progress/_unsent_refused.html"} if _is_sent_later(request) else {}
        return refuse(request, error, **later)
    return beside_exercise(request, refuse(request, error, fragment="progress/_kept_refusal.html"))


def beside_exercise(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    """Have htmx show a refusal beside the exercise, and nothing of one whose log comes from another's page."""
    refusal["HX-Retarget"] = "#refused"
    refusal["HX-Reswap"] = "none" if _is_sent_later(request) else "innerHTML"
    return refusal


def _is_sent_later(request: HttpRequest) -> bool:
    """Whether a log that an earlier page could not send comes from the page of another exercise."""
    return request.headers.get("HX-Target") == "unsent"


def _submission(request: HttpRequest) -> tuple[str, Log | PlainText]:
    """The ticket and the log of the posted form. Raises InvalidLog."""
    if raw := request.POST.get("log"):
        log = parse_log(raw)
        return log.ticket, log
    typed = request.POST.get("typed", "")
    if not typed.strip():
        raise Unfinished
    if len(typed) > MAX_PLAIN:
        raise LogTooLarge
    return request.POST.get("ticket", ""), PlainText(typed)

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import guests
from accounts.access import account_required, owned_or_404
from accounts.models import User
from accounts.preferences import unit
from lessons import keyboards, words
from lessons.models import Course, Lesson

from . import boards, mailing
from .access import LessonClosed, require_access
from .achievements import shelf
from .certificates import offer_of
from .charts import polyline
from .dashboard import MEASURES, PERIODS, Filters, dashboard
from .deleting import closing, delete_session
from .detail import keys_of, passages, slow_pairs
from .forms import BoardNameForm, CertificateForm
from .history import Cursor, HistoryFilters, InvalidCursor, history_of
from .logs import Log, LogTooLarge, Unfinished, parse_log
from .maps import course_map
from .models import TypingSession
from .practice import lesson_exercise, practice_page
from .recording import PlainText, record_session
from .refusals import REFUSED, refuse
from .results import result_of
from .tickets import open_ticket
from .timed import NoSuchTest, choices, timed_exercise

MAX_PLAIN = 20_000
"""Characters the plain form may send."""


@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    """The map of a course."""
    found = get_object_or_404(Course, slug=course)
    drawn = course_map(found, request.user, now=timezone.now())
    return render(request, "progress/course.html", {"map": drawn, "section": "courses"})


@require_safe
def practice(request: HttpRequest, course: str, number: int) -> HttpResponse:
    """The page on which a lesson is typed."""
    lessons = Lesson.objects.with_previous().select_related("course", "text")
    lesson = get_object_or_404(lessons, course__slug=course, number=number)
    try:
        require_access(request.user, lesson, now=timezone.now())
    except LessonClosed as error:
        return refuse(request, error)
    back_url = reverse("progress:course", args=[course])
    return practice_page(request, lesson_exercise(lesson, back_url=back_url))


@require_safe
def trial(request: HttpRequest, course: str, number: int) -> HttpResponse:
    """A lesson as learners will see it, published or not, for an editor to try. Nothing is recorded."""
    if not (request.user.is_staff and request.user.has_perm("lessons.view_lesson")):
        raise PermissionDenied
    lessons = Lesson.objects.select_related("course", "text").exclude(text=None)
    lesson = get_object_or_404(lessons, course__slug=course, number=number)
    back_url = reverse("admin:lessons_lesson_change", args=[lesson.pk])
    return practice_page(request, lesson_exercise(lesson, back_url=back_url, is_trial=True))


@require_safe
def tests(request: HttpRequest) -> HttpResponse:
    """Which test to take, with the learner's best in each."""
    asked = request.GET.get("difficulty", "")
    difficulty = asked if asked in TypingSession.Difficulty.values else TypingSession.Difficulty.ORDINARY
    context = {
        "tests": choices(request.user, own=(get_language() or "")[:2]),
        "difficulty": difficulty,
        "difficulties": TypingSession.Difficulty.choices,
        "is_extendable": "extendable" in request.GET,
        "section": "tests",
    }
    return render(request, "progress/tests.html", context)


@require_safe
def test(request: HttpRequest, language: str, minutes: int) -> HttpResponse:
    """The page on which a test is typed, every time with another text."""
    try:
        exercise = timed_exercise(
            language,
            minutes,
            request.GET.get("difficulty") or TypingSession.Difficulty.ORDINARY,
            is_extendable="extendable" in request.GET,
        )
    except NoSuchTest as error:
        raise Http404 from error
    return practice_page(request, exercise)


@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """Score and store what was typed on a practice page; the same log again shows the same result."""
    now = timezone.now()
    try:
        signed, log = _submission(request)
        ticket = open_ticket(signed)
        with transaction.atomic():
            learner = guests.claim(request, learner_id=ticket.learner, minted=ticket.minted, now=now)
            session = record_session(ticket=ticket, learner=learner, log=log, now=now)
    except REFUSED as error:
        return refuse(request, error)
    guests.sign_in(request, learner)
    if not request.headers.get("HX-Request"):
        return redirect("progress:session", session.pk)
    response = _show(request, session, "progress/_result.html")
    if request.headers.get("HX-Target") == "practice":
        response["HX-Push-Url"] = reverse("progress:session", args=[session.pk])
    return response


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


@require_safe
def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The result of one of the learner's own sessions, with its mistakes, slow pairs and keys."""
    sessions = TypingSession.objects.select_related("lesson__course", "text", "user")
    return _show(
        request, owned_or_404(sessions.filter(pk=pk), request.user), "progress/session.html", with_detail=True
    )


@require_safe
def keys(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The keystrokes of one of the learner's own sessions, as JSON, to be played again."""
    found = keys_of(owned_or_404(TypingSession.objects.select_related("text").filter(pk=pk), request.user))
    if found is None:
        raise Http404
    return JsonResponse(found, headers={"Cache-Control": "private, no-store"})


def _show(
    request: HttpRequest, found: TypingSession, template: str, *, with_detail: bool = False
) -> HttpResponse:
    result = result_of(found, now=timezone.now())
    curve = polyline(result.curve, width=620, height=56)
    context: dict[str, object] = {"result": result, "curve": curve, "unit": unit(request)}
    if with_detail and (offer := offer_of(found)):
        context |= {"offer": offer, "form": CertificateForm(initial={"name": found.user.name})}
    if with_detail and result.replay:
        language = words.language_for(keyboards.layout(found.layout))
        context |= {
            "passages": passages(result.replay),
            "pairs": slow_pairs(result.replay),
            "language": found.lesson.course.language if found.lesson else language,
        }
    return render(request, template, context)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The learner's dashboard; filters that name nothing of hers are as good as none."""
    asked = request.GET
    filters = Filters(
        language=asked.get("language", ""),
        course=asked.get("course", ""),
        layout=asked.get("layout", ""),
        period=asked["period"] if asked.get("period") in PERIODS else "",
        measure=asked["measure"] if asked.get("measure") in MEASURES else MEASURES[0],
    )
    drawn = dashboard(request.user, filters, now=timezone.now()) if request.user.is_authenticated else None
    return render(request, "progress/dashboard.html", {"board": drawn, "section": "dashboard"})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask whether the weekly report is to stop; a POST stops it, from a mail program as well (RFC 8058).

    The signature of the link is the permission: who has the mail may, signed in or not.
    """
    learner = mailing.subscriber(signed)
    if learner is None:
        raise Http404
    if request.method == "POST":
        mailing.unsubscribe(learner)
    wanted = learner.weekly_report and request.method != "POST"
    return render(request, "progress/unsubscribe.html", {"wanted": wanted})


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The learner's history; filters and places in it that name nothing of hers are as good as none."""
    asked = request.GET
    filters = HistoryFilters(asked.get("course", ""), asked.get("kind", ""), asked.get("layout", ""))
    shown = None
    if request.user.is_authenticated:
        shown = history_of(
            request.user, filters, before=_cursor(asked.get("before")), after=_cursor(asked.get("after"))
        )
    return render(request, "progress/history.html", {"history": shown, "section": "history"})


def _cursor(text: str | None) -> Cursor | None:
    try:
        return Cursor.parse(text) if text else None
    except InvalidCursor:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask whether one of the learner's own sessions is to go, with what that closes; a POST deletes it."""
    now = timezone.now()
    sessions = TypingSession.objects.select_related("lesson__course", "user", "certificate").filter(pk=pk)
    found = owned_or_404(sessions, request.user)
    if request.method != "POST":
        context = {"session": found, "closing": closing(found, now=now), "section": "history"}
        return render(request, "progress/delete.html", context)
    try:
        delete_session(session_id=pk, learner=found.user, now=now)
    except TypingSession.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Deleted."))
    return redirect("progress:history")


@require_safe
def achievements(request: HttpRequest) -> HttpResponse:
    """What can be achieved, and what the learner has."""
    shown = shelf(request.user)
    context = {
        "shelf": shown,
        "earned": sum(award is not None for _one, award in shown),
        "section": "achievements",
    }
    return render(request, "progress/achievements.html", context)


@require_safe
def leaderboards(request: HttpRequest) -> HttpResponse:
    """One leaderboard, with the learner's own place; a filter that names nothing is as good as none."""
    return _leaderboard(request, BoardNameForm())


@require_POST
@account_required
def join(request: HttpRequest) -> HttpResponse:
    """Take part in the leaderboards under a name, or change it."""
    form = BoardNameForm(request.POST)
    if form.is_valid():
        try:
            boards.join(cast(User, request.user).pk, form.cleaned_data["name"], now=timezone.now())
        except boards.NameTaken:
            form.add_error("name", _("Somebody goes by that name already."))
        else:
            return redirect("progress:leaderboards")
    return _leaderboard(request, form, status=422)


@require_POST
@account_required
def leave(request: HttpRequest) -> HttpResponse:
    """Take part in the leaderboards no more."""
    boards.leave(cast(User, request.user).pk)
    messages.success(request, _("You are not on the leaderboards any more."))
    return redirect("progress:leaderboards")


def _leaderboard(request: HttpRequest, form: BoardNameForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    own = (get_language() or "")[:2]
    asked = request.GET.get("board", "") or own
    if number := request.GET.get("number", ""):
        asked = f"{asked}/{number}"
    try:
        board, lesson = boards.named(asked)
    except boards.NoSuchBoard:
        messages.info(request, _("There is no such lesson."))
        asked = own
        board, lesson = boards.named(own)
    period = request.GET.get("period")
    period = period if period in boards.Period.values else boards.Period.WEEK
    user = request.user if request.user.is_authenticated and request.user.board_name else None
    context = {
        "board": asked,
        "lesson": lesson,
        "period": period,
        "periods": boards.Period.choices,
        "places": boards.standings(board, period, now=now),
        "place": boards.place_of(user, board, period, now=now) if user else None,
        "shown": boards.SHOWN,
        "courses": Course.objects.all(),
        "form": form,
        "section": "leaderboards",
    }
    return render(request, "progress/leaderboards.html", context, status=status)

"""A learner's sessions: one with its result and its keystrokes, all in a history, and deleting one."""

import re
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import owned_or_404
from accounts.preferences import unit
from lessons import keyboards, languages
from progress.figures.headings import names_of
from progress.figures.history import Cursor, HistoryFilters, InvalidCursor, days_of, history_of, neighbours
from progress.figures.results import Result, result_of
from progress.figures.session_detail import keys_of, passages, slow_pairs
from progress.honours.certificates import offer_of
from progress.honours.forms import CertificateForm
from progress.keystrokes.scoring import score
from progress.models import TypingSession
from progress.pages.drawn import virtual_keyboard
from progress.recording.deleting import closing, delete_session
from progress.recording.recorded import Recorded

ROWS: Final = 25
"""Of a page of the history."""


@require_safe
def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The result of one of the learner's own sessions, with its mistakes, slow pairs and keys."""
    sessions = TypingSession.objects.select_related("lesson__course", "text", "user")
    found = owned_or_404(sessions.filter(pk=pk), request.user)
    return show_result(request, Recorded.of(found), "progress/session.html", with_detail=True)


@require_safe
def keys(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The keystrokes of one of the learner's own sessions, as JSON, to be played again on her keyboard."""
    session = owned_or_404(TypingSession.objects.select_related("text", "user").filter(pk=pk), request.user)
    found = keys_of(session)
    if found is None:
        raise Http404
    # Whoever struck Enter is shown Enter, taught or not.
    struck = frozenset(session.text.body) | {"\n"}
    drawn = virtual_keyboard(session.layout, session.user.keyboard, struck)
    return JsonResponse(found | {"keyboard": drawn}, headers={"Cache-Control": "private, no-store"})


def show_result(
    request: HttpRequest, recorded: Recorded, template: str, *, with_detail: bool = False
) -> HttpResponse:
    """The result of a session, `with_detail` on its own page."""
    session, shown_in = recorded.session, unit(request)
    result = result_of(recorded, unit=shown_in, now=timezone.now())
    language = languages.of_layout(session.layout).code
    context: dict[str, object] = {"result": result, "unit": shown_in, "language": language}
    if with_detail:
        context["earlier"], context["later"] = neighbours(session)
    if with_detail and (offer := offer_of(session)):
        context |= {"offer": offer, "form": CertificateForm(initial={"name": session.user.name})}
    if with_detail and result.replay:
        pairs = slow_pairs(result.replay)
        context |= {
            "passages": passages(result.replay),
            "pairs": pairs,
            "has_few": any(pair.is_few for pair in pairs),
            "score": score(result.replay, keyboards.layout(session.layout).hands),
        }
    return render(request, template, context)


def last_result(request: HttpRequest) -> Result | None:
    """The result after which a page of practice is shown, to stand in a line above it; None where it is not hers."""
    try:
        asked = UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    if not request.user.is_authenticated:
        return None
    sessions = TypingSession.objects.select_related("lesson__course", "text", "user")
    found = sessions.filter(pk=asked, user=request.user).first()
    return result_of(Recorded.of(found), unit=unit(request), now=timezone.now()) if found else None


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The learner's history; filters and places in it that name nothing of hers are as good as none."""
    asked = request.GET
    names = ("course", "kind", "layout", "sort")
    filters = HistoryFilters(**{name: asked.get(name, "") for name in names})
    context: dict[str, object] = {"section": "history", "unit": unit(request)}
    if request.user.is_authenticated:
        shown = history_of(
            request.user,
            filters,
            before=_cursor(asked.get("before")),
            after=_cursor(asked.get("after")),
            skip=int(skip) if re.fullmatch("[0-9]{1,6}", skip := asked.get("skip", "")) else 0,
            most=ROWS,
        )
        context |= {"history": shown, "days": () if shown.filters.sort else days_of(request.user, shown)}
    return render(request, "progress/history.html", context)


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
        names = names_of([found])
        context = {"session": found, "names": names, "closing": closing(found, now=now), "section": "history"}
        return render(request, "progress/delete.html", context)
    try:
        delete_session(session_id=pk, learner=found.user, now=now)
    except TypingSession.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Deleted."))
    return redirect("progress:history")

"""The leaderboards: who stands where, taking part and leaving."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import account_required
from accounts.models import User
from lessons.languages import TYPED, first_for
from lessons.models import Course
from progress.honours.forms import BoardNameForm
from progress.honours.leaderboards import (
    SHOWN,
    NameTaken,
    NoSuchBoard,
    Period,
    find_board,
    join_leaderboards,
    leave_leaderboards,
    place_of,
    standings,
)


@require_safe
def leaderboards(request: HttpRequest) -> HttpResponse:
    """One leaderboard, with the learner's own place; a filter that names nothing is as good as none."""
    name = request.user.board_name if request.user.is_authenticated else ""
    return _leaderboard(request, BoardNameForm(initial={"name": name}))


@require_POST
@account_required
def join(request: HttpRequest) -> HttpResponse:
    """Take part in the leaderboards under a name, or change it."""
    form = BoardNameForm(request.POST)
    if form.is_valid():
        try:
            join_leaderboards(cast(User, request.user).pk, form.cleaned_data["name"], now=timezone.now())
        except NameTaken:
            form.add_error("name", _("That name is taken."))
        else:
            return redirect("progress:leaderboards")
    return _leaderboard(request, form, status=422)


@require_POST
@account_required
def leave(request: HttpRequest) -> HttpResponse:
    """Take part in the leaderboards no more."""
    leave_leaderboards(cast(User, request.user).pk)
    messages.success(request, _("You are not on the leaderboards anymore."))
    return redirect("progress:leaderboards")


def _leaderboard(request: HttpRequest, form: BoardNameForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    own = first_for((get_language() or "")[:2]).code
    asked = request.GET.get("board", "") or own
    if number := request.GET.get("number", ""):
        asked = f"{asked}/{number}"
    try:
        board, lesson = find_board(asked)
    except NoSuchBoard:
        messages.info(request, _("There is no such lesson."))
        asked = own
        board, lesson = find_board(own)
    period = request.GET.get("period")
    period = period if period in Period.values else Period.WEEK
    user = request.user if request.user.is_authenticated and request.user.board_name else None
    context = {
        "board": asked,
        "languages": TYPED.values(),
        "lesson": lesson,
        "period": period,
        "periods": Period.choices,
        "places": standings(board, period, now=now),
        "place": place_of(user, board, period, now=now) if user else None,
        "shown": SHOWN,
        "courses": Course.objects.all(),
        "form": form,
        "section": "leaderboards",
    }
    return render(request, "progress/leaderboards.html", context, status=status)

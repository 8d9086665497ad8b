"""The pages on which a learner gets a copy of her data, deletes her account, and takes that back."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.merging import Gone
from accounts.models import DataExport, User

from . import deletion, exports
from .forms import DeletionForm


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What a learner can do with her data; a stranger is told that nothing is kept of him."""
    return render(request, "accounts/data.html", _context(request))


@require_POST
def begin_export(request: HttpRequest) -> HttpResponse:
    """Have a copy made, unless one is being made already."""
    if request.user.is_authenticated:
        try:
            exports.start_export(request.user, language=get_language() or "en", now=timezone.now())
        except exports.TooOften as error:
            response = render(
                request, "accounts/data.html", _context(request) | {"too_often": True}, status=429
            )
            response["Retry-After"] = str(error.seconds)
            return response
    return redirect("accounts:data")


@require_safe
def export_progress(request: HttpRequest) -> HttpResponse:
    """How far the copy is, asked for by the page again and again."""
    if not request.headers.get("HX-Request"):
        return redirect("accounts:data")
    return render(request, "accounts/_export.html", _context(request))


@require_safe
def download_export(request: HttpRequest, signed: str) -> HttpResponseBase:
    """The copy itself, for its owner alone."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    export = exports.fetched(request.user, signed, now=timezone.now())
    try:
        return archive_response(export)
    except FileNotFoundError:
        messages.error(request, _("This copy is no longer there. Have a new one made."))
        return redirect("accounts:data")


def archive_response(export: DataExport | None) -> FileResponse:
    """A ready copy as a download. Raises FileNotFoundError."""
    if export is None or export.ready_at is None:
        raise FileNotFoundError
    response = FileResponse(
        exports.storage().open(export.file),
        as_attachment=True,
        filename=f"typing-trainer-{export.ready_at:%Y-%m-%d}.zip",
        content_type="application/zip",
    )
    response["Cache-Control"] = "private, no-store"
    # It is compressed already.
    response["Content-Encoding"] = "identity"
    return response


def _context(request: HttpRequest) -> dict[str, Any]:
    learner = request.user if request.user.is_authenticated else None
    export = exports.latest(learner, now=timezone.now()) if learner else None
    return {
        "learner": learner,
        "export": export,
        "signed": exports.sign_download(export) if export else "",
        "section": "preferences",
        "part": "data",
    }


def _has_no_password(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and not user.is_guest and not user.has_usable_password()


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account", enabled=_has_no_password)
def delete_account(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, ask who it is once more, and close the account."""
    if not request.user.is_authenticated:
        return redirect("accounts:data")
    user = request.user
    form = DeletionForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        return _close(request, user)
    context = {
        "form": form,
        "erase_at": timezone.now() + deletion.UNDONE_WITHIN,
        "section": "preferences",
        "part": "data",
    }
    return TemplateResponse(request, "accounts/delete_account.html", context)


def _close(request: HttpRequest, user: User) -> HttpResponse:
    is_guest = user.is_guest
    try:
        deletion.request(user, now=timezone.now())
    except Gone:
        return redirect("accounts:data")
    language = get_language()
    logout(request)
    response = redirect(reverse("accounts:deleted") + ("?guest" if is_guest else ""))
    if language:
        response["Content-Language"] = language
    if is_guest:
        # Exercises that wait in the browser would make the guest anew.
        response["Clear-Site-Data"] = '"storage"'
    return response


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """What one reads after it; nobody is signed in any more."""
    return render(request, "accounts/deleted.html", {"is_guest": "guest" in request.GET})


@require_http_methods(["GET", "HEAD", "POST"])
def undo_deletion(request: HttpRequest, signed: str) -> HttpResponse:
    """Open a closed account again, for who has the link of the mail or has just given the password."""
    user = deletion.account_to_reopen(signed)
    if user and request.method == "POST" and deletion.undo(user):
        messages.success(request, _("Your account stays. Sign in to go on."))
        return redirect("account_login")
    return render(request, "accounts/undo_deletion.html", {"closed": user}, status=200 if user else 404)

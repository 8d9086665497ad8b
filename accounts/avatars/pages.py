"""Where a learner sends her picture, and sees it."""

from typing import Final, cast

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import avatars
from accounts.access import account_required
from accounts.models import User

from .pictures import MOST_BYTES, SIZES, BadPicture, Busy, Why
from .wording import BUSY, REFUSED

KEPT: Final = "private, max-age=31536000, immutable"
"""Another picture has another name."""


@require_safe
def show_avatar(request: HttpRequest, name: str, size: int) -> HttpResponse:
    """The learner's own picture; anybody else's looks like one that is not there."""
    is_hers = request.user.is_authenticated and bool(name) and request.user.avatar == name
    if not is_hers or size not in SIZES:
        raise Http404
    return picture_of(cast(User, request.user), size)


def picture_of(user: User, size: int) -> HttpResponse:
    """The file itself, for her browser to keep. Raises Http404."""
    try:
        with default_storage.open(avatars.file_of(user.avatar, size)) as file:
            picture = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(picture, content_type="image/webp", headers={"Cache-Control": KEPT})


@require_POST
@account_required
def change_avatar(request: HttpRequest) -> HttpResponse:
    """Take a learner's picture, or take it away."""
    user = cast(User, request.user)
    if "remove" in request.POST:
        avatars.remove(user)
        messages.success(request, _("The picture is deleted."))
        return redirect("accounts:preferences")
    sent = request.FILES.get("picture")
    try:
        if sent is None:
            raise BadPicture(Why.NOT_A_PICTURE)
        if (sent.size or 0) > MOST_BYTES:
            raise BadPicture(Why.TOO_LARGE)
        avatars.take(user, sent.read())
    except BadPicture as error:
        messages.error(request, str(REFUSED[error.why]))
    except Busy:
        messages.error(request, str(BUSY))
    else:
        messages.success(request, _("This is your picture now."))
    return redirect("accounts:preferences")

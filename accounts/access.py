"""Who may see what, decided in one place."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from .models import StaffAct, User
from .staff import log
from .tokens import Bearer

Row = TypeVar("Row", bound=Model)
View = Callable[..., HttpResponseBase]
ROLES = ("admin", "support", "editor")
"""The groups that may see more than a learner, the mightiest first."""


def owned_or_404(queryset: QuerySet[Row], user: User | AnonymousUser) -> Row:
    """The queryset's one row if it is the learner's own; another's looks like one that is not there."""
    if not user.is_authenticated:
        raise Http404
    return get_object_or_404(queryset, user=user)


def role_of(user: User) -> str:
    """ "admin", "support", "editor" or "learner"; one query, none for a superuser."""
    if user.is_superuser:
        return ROLES[0]
    groups = set(user.groups.values_list("name", flat=True)) if user.is_staff else set()
    return next((role for role in ROLES if role in groups), "learner")


def opens_staff_rights(shown: Bearer) -> bool:
    """Whether what a role may see is shown for this token: like /admin/, only after a second factor.

    A personal token outlives the sign-in that made it, so where one is asked for it never does.
    """
    return shown.proved or not settings.ADMIN_SECOND_FACTOR


def learner_or_404(request: Request, learner: UUID) -> User:
    """Whose progress the API may show: one's own, and anybody's to support and admins, which is noted."""
    user = cast(User, request.user)
    if user.pk == learner:
        return user
    role = role_of(user)
    if role not in ("admin", "support") or not opens_staff_rights(request.auth):
        raise Http404
    found = get_object_or_404(User, pk=learner)
    log.note_act(request._request, user, role, StaffAct.Kind.API, learner=found.pk)
    return found


def account_only(user: User | AnonymousUser) -> User:
    """The user of an endpoint that guests have no use for. Raises PermissionDenied."""
    if not user.is_authenticated or user.is_guest:
        raise PermissionDenied(_("This needs an account with a confirmed email."), code="account_needed")
    return user


def account_required(view: View) -> View:
    """Let only accounts in: a guest has neither email nor password to look after and is asked to sign up."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.user.is_guest:
            return redirect_to_login(request.get_full_path(), resolve_url("account_signup"))
        return view(request, *args, **kwargs)

    return wrapped


def as_stranger(view: View) -> View:
    """Show a page for strangers to a guest as well; the session goes on holding the guest."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated and request.user.is_guest:
            request.user = AnonymousUser()
        return view(request, *args, **kwargs)

    return wrapped

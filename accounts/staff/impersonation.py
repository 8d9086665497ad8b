"""An admin looks at the site as a learner: for half an hour, with a reason, and with nothing of hers done or shown that
is hers alone.

The session stays the admin's and only says as whom she acts, so signing out, another password or a lost role end it
too, and nothing notes the learner as signed in.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.permissions import SAFE_METHODS

from accounts.access import role_of
from accounts.models import StaffAct, User

from . import log

KEY: Final = "acts_as"
LONGEST: Final = timedelta(minutes=30)
PERMISSION: Final = "accounts.impersonate_user"
END: Final = "accounts:end_impersonation"
SEEN: Final = frozenset(
    {
        *("home", "help", "privacy", "health", "progress", "coaching", "lessons", "api"),
        *("accounts:preferences", "accounts:view", "accounts:avatar", "billing:pricing"),
        "billing:subscription",
    }
)
"""Pages, and namespaces of pages, that may be looked at; all else, whatever is added, is closed."""
CHANGED: Final = frozenset(
    {"accounts:preferences", "accounts:view", "accounts:choose_view", "accounts:set_language", END}
)
"""What may be sent: preferences that somebody cannot set by herself."""


class Over(Exception):
    """She acted as `learner`, which has ended: by time, or as one of them may not any more."""

    def __init__(self, learner: UUID) -> None:
        super().__init__()
        self.learner = learner


def may_act_as(staff: User, learner: User) -> bool:
    """Admins only, and only as a learner: never as a guest, nor as anybody of the staff."""
    is_learner = learner.is_active and not (learner.is_guest or learner.is_staff or learner.is_superuser)
    return is_learner and staff.is_staff and staff.has_perm(PERMISSION)


def begin_acting(request: HttpRequest, learner: User, *, reason: str, now: datetime) -> None:
    """Let the admin act as the learner, in a session with another key. Raises PermissionDenied."""
    staff: Any = request.user
    if not may_act_as(staff, learner):
        raise PermissionDenied
    log.note_act(
        request, staff, role_of(staff), StaffAct.Kind.BEGAN, learner=learner.pk, status=302, reason=reason
    )
    request.session[KEY] = {"learner": str(learner.pk), "until": (now + LONGEST).timestamp()}
    request.session.cycle_key()


def end_acting(request: HttpRequest, staff: User, *, reason: str = "") -> UUID:
    """Let the admin be herself again, in a session with another key; as whom she acted."""
    learner = UUID(request.session.pop(KEY)["learner"])
    request.session.cycle_key()
    log.note_act(
        request, staff, role_of(staff), StaffAct.Kind.ENDED, learner=learner, status=302, reason=reason
    )
    return learner


def learner_acted_as(request: HttpRequest, *, now: datetime) -> User | None:
    """The learner the signed-in admin acts as. Raises Over once, when that has ended by itself."""
    acts_as = request.session.get(KEY)
    if acts_as is None or not request.user.is_authenticated:
        return None
    learner = User.objects.filter(pk=acts_as["learner"]).first()
    if learner and now.timestamp() < acts_as["until"] and may_act_as(request.user, learner):
        return learner
    raise Over(end_acting(request, request.user, reason="by itself"))


def is_acting(request: HttpRequest) -> bool:
    """Whether an admin acts as the learner who seems to be here."""
    return getattr(request, "impersonator", None) is not None


def is_open(method: str, route: str) -> bool:
    """Whether somebody who acts as a learner may open this page, or send to it."""
    if method not in SAFE_METHODS:
        return route in CHANGED
    return route in SEEN or route.partition(":")[0] in SEEN

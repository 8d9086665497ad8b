"""What staff did, a row a request (`StaffAct`): one writer, read in the admin by admins, kept for a year."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.urls import ResolverMatch

from accounts.models import StaffAct, User

KEPT: Final = timedelta(days=366)
"""The database deletes nothing that is not a whole year old."""
LEARNER_OF: Final = ("user", "subscriber", "customer__subscriber")
"""Where rows of the admin name the learner they belong to."""


def note_act(
    request: HttpRequest,
    staff: User,
    role: str,
    kind: StaffAct.Kind,
    *,
    learner: UUID | None = None,
    status: int = 200,
    reason: str = "",
) -> None:
    """Keep what a request of the staff was answered. What it searched for is left out."""
    match = request.resolver_match
    StaffAct.objects.create(
        kind=kind,
        staff=staff.pk,
        role=role,
        learner=learner,
        method=(request.method or "")[:7],
        route=(match.view_name if match else "")[:100],
        path=request.path[:300].replace("\x00", ""),
        status=status,
        reason=reason,
    )


def prune_acts(*, now: datetime) -> int:
    """Forget what is older than a year; how many acts went."""
    return StaffAct.objects.filter(at__lt=now - KEPT).delete()[0]


def learner_asked_for(match: ResolverMatch) -> UUID | None:
    """Whose account, row or page an address of the admin is about; None where it is about nobody's or many's."""
    if "pk" in match.kwargs and isinstance(match.kwargs["pk"], UUID):
        return match.kwargs["pk"]
    model = model_of(match.view_name)
    if model is None or "object_id" not in match.kwargs:
        return None
    return _owner(model, match.kwargs["object_id"])


def model_of(route: str) -> type[Model] | None:
    """What a page of the admin shows, by its route, as in `admin:accounts_user_change`."""
    app, _, rest = route.removeprefix("admin:").partition("_")
    try:
        return apps.get_model(app, rest.partition("_")[0])
    except LookupError:
        return None


def _owner(model: type[Model], object_id: str) -> UUID | None:
    for path in ("pk",) if model is User else LEARNER_OF:
        # Few models have any of these, and the others say so.
        with suppress(FieldError):
            rows = model._base_manager.values_list(path, flat=True)
            try:
                return rows.filter(pk=unquote(object_id)).first()
            except (ValueError, ValidationError):
                return None
    return None

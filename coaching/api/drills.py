"""What to type next, through the API."""

from typing import cast

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.endpoints import Conflict, Endpoint
from accounts.models import User
from coaching.plans.drills import NothingWeak, drill_exercise, drill_from
from lessons.api import example
from progress.api.typing import EXAMPLE_STARTED, SESSION_ID, Started, begin
from progress.models import TypingSession
from progress.recording.reports import session_called


class StartDrill(Endpoint):
    errors = (404, 409)

    @extend_schema(
        parameters=[SESSION_ID],
        request=None,
        responses={200: Started},
        examples=[example(EXAMPLE_STARTED | {"text": "fur jug fur rug"})],
        summary="Begin the drill that one of one's own sessions asks for",
    )
    def post(self, request: Request, session: str) -> Response:
        learner = cast(User, request.user)
        found = session_called(learner, session, TypingSession.objects.select_related("text", "user"))
        try:
            drill = drill_from(found, now=timezone.now())
        except NothingWeak as error:
            raise Conflict(_("You have no weak keys right now."), code="nothing_weak") from error
        return self.answer(Started, begin(learner, drill_exercise(drill)))

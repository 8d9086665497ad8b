"""The questions of consent on a page: `{% load consents %}{% consents "settings" %}`."""

from typing import Any

from django import template
from django.template import RequestContext

from accounts.consents import history_of, questions_for

register = template.Library()


@register.inclusion_tag("accounts/_consents.html", takes_context=True)
def consents(context: RequestContext, place: str) -> dict[str, Any]:
    """The questions to who is signed in; `place` is where her answer is said to be from (`Consent.Place`)."""
    request: Any = context["request"]
    return {
        "csrf_token": context.get("csrf_token"),
        "questions": questions_for(request.user),
        "history": history_of(request.user),
        "place": place,
        "next": request.get_full_path(),
    }

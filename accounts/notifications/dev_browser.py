"""A pretend browser of the demo: the fake push service has some, which show what a real one would."""

import json
from http.client import HTTPConnection, HTTPException
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import account_required
from accounts.models import User

from . import push_subscriptions


@require_POST
@account_required
def subscribe_pretended(request: HttpRequest) -> HttpResponse:
    """Have a browser of the fake push service show what the learner is told."""
    if not settings.PUSH_FAKE:
        raise Http404
    connection = HTTPConnection(urlsplit(settings.PUSH_FAKE).netloc, timeout=5)
    try:
        connection.request("POST", "/_fake/browsers")
        made = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        messages.error(request, _("The browser could not reach its push service. Try again later."))
        return redirect("accounts:notifications")
    finally:
        connection.close()
    push_subscriptions.subscribe(cast(User, request.user), now=timezone.now(), **made)
    messages.success(
        request, _("This browser now shows notifications. Choose above what you want to hear about.")
    )
    return redirect("accounts:notifications")

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .entitlement import is_premium
from .plans import PLANS


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    """What is free, what premium opens, and how to get it while payment is not switched on."""
    page = {
        "section": "pricing",
        "plans": PLANS,
        "is_premium": is_premium(request.user, timezone.now()),
        "support_email": settings.SUPPORT_EMAIL,
    }
    return render(request, "billing/pricing.html", page)

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

import stripe
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import limits
from accounts.access import account_required
from accounts.models import User

from . import wording
from .buying import checkout, subscribing
from .entitlement import gifts, premium
from .forms import GiftForm
from .from_stripe import receiving
from .models import GiftCode, Plan
from .offers import free_parts
from .stripe_api import RETRY_AFTER, few_at_once, for_the_log, is_on

View = Callable[..., HttpResponse]

log = logging.getLogger(__name__)


def asks_stripe(view: View) -> View:
    """Say in words that Stripe does not answer."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_on():
            return pricing_page(request, refusal=wording.cannot_buy(checkout.Why.OFF), status=409)
        try:
            with few_at_once():
                return view(request, *args, **kwargs)
        except stripe.StripeError as error:
            log.error("Stripe: %s", for_the_log(error))
            page = {"section": "pricing", "support_email": settings.SUPPORT_EMAIL}
            response = render(request, "billing/stripe_away.html", page, status=503)
            response["Retry-After"] = str(RETRY_AFTER)
            return response

    return wrapped


def learner_of(request: HttpRequest) -> User:
    """Who asks for a page that only accounts see."""
    return cast(User, request.user)


def pricing_page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """What is free, what premium opens at which price, or how to get it where payments are off."""
    now = timezone.now()
    until = premium.premium_until(request.user, now)
    plans = checkout.offered()
    page = {
        "section": "pricing",
        "refusal": refusal,
        "tiers": (wording.FREE, wording.PREMIUM),
        "free": free_parts(),
        "plans": wording.offers([plan for plan in plans if plan.kind != Plan.Kind.GIFT], request.user),
        "gifts": wording.offers([plan for plan in plans if plan.kind == Plan.Kind.GIFT], request.user),
        "chosen": request.GET.get("plan", ""),
        "premium_until": until,
        "is_for_good": until == premium.FOR_GOOD,
        "held": subscribing.held(request.user) if request.user.is_authenticated else [],
        "payments": is_on(),
        "support_email": settings.SUPPORT_EMAIL,
    }
    return render(request, "billing/pricing.html", page, status=status)


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    return pricing_page(request)


@require_POST
@asks_stripe
def buy(request: HttpRequest) -> HttpResponse:
    """Go to Stripe's page for a plan; a guest signs up first and comes back to the prices, the plan chosen."""
    if not request.user.is_authenticated or request.user.is_guest:
        chosen = f"{reverse('billing:pricing')}?{urlencode({'plan': request.POST.get('plan', '')})}"
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': chosen})}")
    try:
        opened = checkout.begin(request.user, request.POST.get("plan", ""), now=timezone.now())
    except checkout.CannotBuy as error:
        return pricing_page(request, refusal=wording.cannot_buy(error.why), status=409)
    return redirect(opened.url)


@require_safe
@account_required
@asks_stripe
def bought(request: HttpRequest) -> HttpResponse:
    """Back from Stripe's page: what is open now, and what comes next."""
    session = request.GET.get("session", "").replace("\0", "")
    finished = checkout.finish(learner_of(request), session, now=timezone.now())
    if finished is None:
        raise Http404
    gift = GiftCode.objects.filter(checkout__session=session).first()
    page = {
        "section": "pricing",
        "plan": finished.plan,
        "is_paid": finished.is_paid,
        "code": gifts.in_groups(gift.code) if gift else "",
        "days": gift.days if gift else 0,
        "support_email": settings.SUPPORT_EMAIL,
    }
    return render(request, "billing/bought.html", page)


@require_safe
@account_required
def subscription(request: HttpRequest) -> HttpResponse:
    """What is paid until when, invoices, gift codes, and what can be changed."""
    now = timezone.now()
    until = premium.premium_until(learner_of(request), now)
    is_for_good = until == premium.FOR_GOOD
    held = subscribing.held(learner_of(request))
    owned = {one.plan.pk for one in held if one.plan}
    others = [plan for plan in checkout.offered() if plan.is_subscription and plan.pk not in owned]
    may_change = held and not held[0].is_past_due and not is_for_good
    page = {
        "section": "subscription",
        "premium_until": until,
        "is_for_good": is_for_good,
        "held": [wording.of_subscription(one, now) for one in held],
        "renewing": sum(one.renews for one in held),
        "others": wording.offers(others, learner_of(request)) if may_change else [],
        "grants": wording.grants(learner_of(request), now),
        "codes": wording.codes(learner_of(request)),
        "invoices": wording.invoices_shown(subscribing.invoices_of(learner_of(request))),
        "is_customer": is_on() and checkout.customer_of(learner_of(request)) is not None,
        "payments": is_on(),
        "support_email": settings.SUPPORT_EMAIL,
    }
    return render(request, "billing/subscription.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@asks_stripe
def cancel(request: HttpRequest) -> HttpResponse:
    """Asks first: what stays until when; then ends the subscription with what is paid."""
    only = (request.POST if request.method == "POST" else request.GET).get("subscription", "")
    renewing = [one for one in subscribing.held(learner_of(request)) if one.renews and only in ("", one.id)]
    if not renewing:
        return redirect("billing:subscription")
    if request.method == "POST":
        try:
            subscribing.cancel_subscription(learner_of(request), now=timezone.now(), only=only)
        except subscribing.NoSubscription:
            return redirect("billing:subscription")
        messages.success(request, _("Your subscription is canceled: nothing more will be charged."))
        return redirect("billing:subscription")
    page = {
        "section": "subscription",
        "only": only,
        **wording.after_cancelling(renewing, learner_of(request)),
    }
    return render(request, "billing/cancel.html", page)


@require_POST
@account_required
@asks_stripe
def resume(request: HttpRequest) -> HttpResponse:
    try:
        only = request.POST.get("subscription", "")
        subscribing.resume_subscription(learner_of(request), now=timezone.now(), only=only)
    except subscribing.NoSubscription:
        messages.warning(request, _("There is no canceled subscription to resume."))
    else:
        messages.success(request, _("Your subscription continues."))
    return redirect("billing:subscription")


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
@asks_stripe
def change(request: HttpRequest) -> HttpResponse:
    """Shows what another plan costs now, and changes to it for exactly that."""
    now = timezone.now()
    try:
        if request.method == "POST":
            subscribing.change_plan(learner_of(request), request.POST.get("quote", ""), now=now)
            messages.success(request, _("Your plan has been changed."))
            return redirect("billing:subscription")
        quote = subscribing.quote_change(learner_of(request), request.GET.get("plan", ""), now=now)
    except (
        subscribing.NoSubscription,
        subscribing.NoChange,
        subscribing.QuoteGone,
        subscribing.PaymentFailed,
    ) as error:
        messages.warning(request, wording.not_changed(error))
        return redirect("billing:subscription")
    page = {"section": "subscription", "quote": wording.of_quote(quote)}
    return render(request, "billing/change.html", page)


@require_POST
@account_required
@asks_stripe
def portal(request: HttpRequest) -> HttpResponse:
    """To Stripe's own page for cards and invoices."""
    try:
        return redirect(subscribing.portal_address(learner_of(request)))
    except subscribing.NoSubscription:
        return redirect("billing:subscription")


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def gift(request: HttpRequest) -> HttpResponse:
    """A gift code is entered here."""
    form = GiftForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        try:
            given = gifts.redeem(form.cleaned_data["code"], learner_of(request), now=timezone.now())
        except gifts.Unusable as error:
            form.add_error("code", wording.unusable(error.why))
        except limits.UsedUp as error:
            form.add_error(None, error)
        else:
            said = _("The code is yours: premium is open until %(date)s.")
            messages.success(request, said % {"date": wording.day(given.ends_at) if given.ends_at else ""})
            return redirect("billing:subscription")
    status = 422 if form.errors else 200
    return render(request, "billing/gift.html", {"section": "subscription", "form": form}, status=status)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Stripe tells what happened; answered 200 only when that is kept."""
    try:
        receiving.receive(request.body, request.headers.get("Stripe-Signature", ""), now=timezone.now())
    except receiving.Forged:
        return HttpResponse(status=400)
    return HttpResponse()

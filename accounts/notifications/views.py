"""The page of notifications, and the end of those that came by mail."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import account_required, owned_or_404
from accounts.models import Channel, PhoneNumber, PushSubscription, ReminderTime, User
from accounts.time_zones import label_of

from . import by_mail, phones, push_subscriptions
from .forms import BrowserForm, CodeForm, NotificationsForm, PhoneForm
from .kinds import Kind
from .wanted import choose, offered_channels, stop, wanted_by


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def notifications(request: HttpRequest) -> HttpResponse:
    """Of what a learner is told by which channel, and when she is reminded."""
    user = cast(User, request.user)
    reminder = ReminderTime.objects.filter(user=user).first() or ReminderTime(user=user)
    form = NotificationsForm(request.POST or None, wanted=wanted_by(user), reminder=reminder)
    if request.method == "POST" and form.is_valid():
        choose(user, form.wanted(), among=form.among())
        reminder.hour, reminder.days = form.cleaned_data["hour"], form.cleaned_data["days"]
        reminder.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:notifications")
    return _page(request, form)


@require_POST
@account_required
def add_browser(request: HttpRequest) -> HttpResponse:
    """Have this browser show notifications; static/accounts/push.js has asked it for its keys."""
    user, form = cast(User, request.user), BrowserForm(request.POST)
    try:
        if not form.is_valid():
            raise push_subscriptions.NoSubscription(_("Notifications can only be turned on with JavaScript."))
        subscription = push_subscriptions.subscribe(user, now=timezone.now(), **form.cleaned_data)
    except push_subscriptions.NoSubscription as error:
        messages.error(request, str(error))
    else:
        push_subscriptions.remember_this(request, subscription)
        messages.success(request, _("This browser now shows notifications. Choose above what to be told of."))
    return redirect("accounts:notifications")


@require_POST
@account_required
def remove_browser(request: HttpRequest, pk: int) -> HttpResponse:
    owned_or_404(PushSubscription.objects.filter(pk=pk), request.user).delete()
    messages.success(request, _("That browser shows no more notifications."))
    return redirect("accounts:notifications")


@require_POST
@account_required
def add_phone(request: HttpRequest) -> HttpResponse:
    """Have a code sent to a phone number."""
    if Channel.SMS not in offered_channels():
        messages.error(request, _("No text messages are sent here."))
        return redirect("accounts:notifications")
    form = PhoneForm(request.POST)
    if form.is_valid():
        try:
            phones.ask(cast(User, request.user), form.cleaned_data["number"], now=timezone.now())
            return redirect("accounts:notifications")
        except ValidationError as error:
            form.add_error("number", error)
    return _page(request, form)


@require_POST
@account_required
def confirm_phone(request: HttpRequest) -> HttpResponse:
    """Take the code that came to the phone."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            phones.check_phone_code(cast(User, request.user), form.cleaned_data["code"], now=timezone.now())
            messages.success(request, _("The number is confirmed. Choose above what to be told of."))
            return redirect("accounts:notifications")
        except ValidationError as error:
            form.add_error("code", error)
    return _page(request, form)


@require_POST
@account_required
def remove_phone(request: HttpRequest) -> HttpResponse:
    phones.forget_phone(cast(User, request.user))
    messages.success(request, _("The number is removed."))
    return redirect("accounts:notifications")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask whether mails of one kind are to stop; a POST stops them, from a mail program as well (RFC 8058).

    The signature of the link is the permission: who has the mail may, signed in or not.
    """
    found = by_mail.stopped_by(signed)
    if found is None:
        raise Http404
    return stop_mails(request, *found)


def stop_mails(request: HttpRequest, user: User, kind: Kind) -> HttpResponse:
    """The page that asks or, for a POST, has stopped a learner's mails of a kind."""
    if request.method == "POST":
        stop(user, kind.code, Channel.EMAIL)
    is_wanted = (kind.code, Channel.EMAIL.value) in wanted_by(user)
    return render(request, "accounts/unsubscribe.html", {"kind": kind, "is_wanted": is_wanted})


def _page(request: HttpRequest, bound: forms.Form) -> HttpResponse:
    """The page, with the one form that was sent as it was sent."""
    user = cast(User, request.user)
    channels = offered_channels()
    phone = PhoneNumber.objects.filter(user=user).first() if Channel.SMS in channels else None
    form = (
        bound
        if isinstance(bound, NotificationsForm)
        else NotificationsForm(
            wanted=wanted_by(user),
            reminder=ReminderTime.objects.filter(user=user).first() or ReminderTime(user=user),
        )
    )
    context: dict[str, Any] = {
        "form": bound,
        "choices": form,
        "channels": channels,
        "browsers": [(one, push_subscriptions.described(one)) for one in _browsers_of(user, channels)],
        "browser_form": BrowserForm(auto_id=False),
        "public_key": push_subscriptions.public_key() if Channel.PUSH in channels else "",
        "has_pretended": bool(settings.PUSH_FAKE),
        "phone": phone,
        "no_code": phones.why_no_code(phone, now=timezone.now()) if phone else "",
        "phone_form": bound if isinstance(bound, PhoneForm) else PhoneForm(),
        "code_form": bound if isinstance(bound, CodeForm) else CodeForm(),
        "zone": label_of(user.timezone, get_language() or "en", timezone.localdate()),
        "section": "preferences",
        "part": "notifications",
    }
    return TemplateResponse(request, "accounts/notifications.html", context)


def _browsers_of(user: User, channels: list[Channel]) -> list[PushSubscription]:
    return list(user.push_subscriptions.all()) if Channel.PUSH in channels else []

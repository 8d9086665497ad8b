from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.views import EmailView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.http import require_http_methods, require_POST

from . import guests
from .access import account_required, owned_or_404
from .choices import LANGUAGE, VIEW
from .forms import PreferencesForm, TokenForm, ViewForm
from .models import ApiToken, Scope, User
from .preferences import keep_view, view_for
from .tokens import create_personal


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How a learner likes it; a stranger who saves becomes a guest, for there is something to keep."""
    learner = request.user if request.user.is_authenticated else User()
    form = PreferencesForm(request.POST or None, instance=learner)
    if request.method == "POST" and form.is_valid():
        learner = guests.ensure(request, now=timezone.now())
        User.objects.filter(pk=learner.pk).update(**form.cleaned_data)
        if form.cleaned_data["language"]:
            translation.activate(form.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return redirect("accounts:preferences")
    return render(
        request, "accounts/preferences.html", {"form": form, "section": "preferences", "part": "profile"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def view(request: HttpRequest) -> HttpResponse:
    """How it looks, sounds and types; a stranger's browser keeps it until she is known."""
    next_url = _own_address(request, request.POST.get("next") or request.GET.get("next", ""))
    form = ViewForm(request.POST or None, view=view_for(request))
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Saved."))
        response = redirect(next_url or "accounts:view")
        keep_view(request, response, form.cleaned_data)
        return response
    context = {
        "form": form,
        "next_url": next_url,
        "preview": _preview(),
        "section": "preferences",
        "part": "view",
    }
    return render(request, "accounts/view.html", context)


def _preview() -> dict[str, str]:
    """A line as it is while one types: what is done, a mistake and what was typed there, what is next."""
    line = _("Quiet letters, one after another")
    return {
        "done": line[:6],
        "mistake": line[6],
        "typed": line[0].lower(),
        "now": line[7],
        "coming": line[8:],
    }


@require_POST
def choose_view(request: HttpRequest) -> HttpResponse:
    """Keep a choice made where it shows, under "View" on the practice page; 400 for what cannot be chosen."""
    sent = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    asked = {name: VIEW[name].read(text) for name, text in sent.items() if name in VIEW}
    if len(asked) < len(sent) or not all(VIEW[name].accepts(value) for name, value in asked.items()):
        return HttpResponseBadRequest()
    response = HttpResponse(status=204)
    keep_view(request, response, asked)
    return response


def _own_address(request: HttpRequest, address: str) -> str:
    """The address if it is one of this site, else ""."""
    return address if get_adapter(request).is_safe_url(address) else ""


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language in the browser and, for a learner who is known, in their preferences."""
    response: HttpResponse = i18n.set_language(request)
    language = request.POST.get("language")
    if request.user.is_authenticated and language and LANGUAGE.accepts(language):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def tokens(request: HttpRequest) -> HttpResponse:
    """The learner's personal tokens; a POST makes one and shows it, this once."""
    user, made = cast(User, request.user), ""
    form = TokenForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        if Scope.WRITE in form.scopes and not user.has_usable_password():
            raise_if_reauthentication_required(request, app="accounts")
        made = create_personal(user, form.cleaned_data["name"], form.scopes, now=timezone.now())
        form = TokenForm(user=user)
    context = {
        "tokens": user.api_tokens.all(),
        "form": form,
        "made": made,
        "section": "preferences",
        "part": "tokens",
    }
    response = TemplateResponse(request, "accounts/tokens.html", context)
    add_never_cache_headers(response)
    return response


@require_POST
@account_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one of the learner's own tokens worthless."""
    owned_or_404(ApiToken.objects.filter(pk=pk), request.user).delete()
    messages.success(request, _("Revoked."))
    return redirect("accounts:tokens")


class ChangeEmail(EmailView):
    """Ask for another email, send its confirmation again, or take the change back; nothing else."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if "action_primary" in request.POST:
            return HttpResponseBadRequest()
        return super().post(request, *args, **kwargs)

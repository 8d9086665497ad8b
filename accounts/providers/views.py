from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.apple.views import apple_post_callback
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..access import account_required, as_stranger, owned_or_404
from ..forms import TellEmailForm
from ..models import User
from . import outcomes
from .adapter import SocialAccountAdapter, app
from .listing import Listed, configured, connected_providers
from .talking import CONFIRM, Callback, adapter_for, way_to

APP = "allauth.socialaccount"


@require_POST
@as_stranger
def sign_in(request: HttpRequest, provider: str) -> HttpResponse:
    """Send the visitor to a provider, to sign in or up."""
    return _send(request, provider, AuthProcess.LOGIN, zone=request.POST.get("timezone", "")[:64])


@require_POST
@account_required
@reauthentication_required(app=APP)
def connect(request: HttpRequest, provider: str) -> HttpResponse:
    """Send who is signed in to a provider that shall open her account, too."""
    return _send(request, provider, AuthProcess.CONNECT, user=str(request.user.pk))


@require_POST
@account_required
@reauthentication_required(app=APP)
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a connection of the learner's open her account no more."""
    connection = owned_or_404(SocialAccount.objects.filter(pk=pk), request.user)
    outcomes.disconnect_identity(request, connection, Listed.of(connection).name)
    return redirect(outcomes.CONNECTIONS)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def confirm_with(request: HttpRequest) -> HttpResponse:
    """Confirm by a provider that it is she, or see how to get a password; a POST names the provider."""
    user = cast(User, request.user)
    offered = connected_providers(user)
    if request.method == "POST":
        chosen = request.POST.get("provider", "")
        if chosen not in {one.id for one in offered}:
            raise Http404
        return _send(request, chosen, CONFIRM, user=str(user.pk))
    context = {
        "providers": offered,
        "next": get_next_redirect_url(request) or "",
        "redirect_field_name": REDIRECT_FIELD_NAME,
    }
    return render(request, "accounts/providers/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@as_stranger
def tell_email(request: HttpRequest) -> HttpResponse:
    """Ask for the email of who signs up through a provider that does not tell one."""
    who = outcomes.waiting_to_tell(request)
    if who is None:
        return redirect("account_login")
    form = TellEmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return outcomes.sign_up_with(request, who, form.cleaned_data["email"], is_verified=False)
    return render(request, "accounts/providers/email.html", {"form": form, "who": who})


@require_GET
@as_stranger
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Take what a provider answers."""
    adapter = adapter_for(request, _provider(request, provider))
    answer: HttpResponse = Callback.adapter_view(adapter)(request)
    return answer


@require_GET
def openid_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The same under the name that allauth gives the provider's id."""
    return cast(HttpResponse, callback(request, provider_id))


@csrf_exempt
@require_POST
def apple_callback(request: HttpRequest) -> HttpResponse:
    """Take what Apple posts across sites, where no cookie of ours comes along, and begin anew from our own page.

    It changes nothing: the answer counts at `callback`, where the session is at hand that began it.
    """
    _provider(request, "apple")
    answer: HttpResponse = apple_post_callback(request)
    return answer


def _send(request: HttpRequest, provider: str, purpose: str, **kept: str) -> HttpResponse:
    """Lead the visitor on by a page of ours: a policy of forms holds for all that a form's answer redirects to,
    and where a provider leads its own visitors nobody can know beforehand."""
    asked = _provider(request, provider)
    next_url = get_next_redirect_url(request) or ""
    try:
        address = way_to(request, asked, purpose, next_url=next_url, **kept)
    except OAuth2Error as error:
        state = {"process": purpose, "next": next_url}
        SocialAccountAdapter().on_authentication_error(
            request, asked, exception=error, extra_context={"state": state}
        )
    response = render(request, "accounts/providers/onward.html", {"provider": asked, "address": address})
    response["Cache-Control"] = "private, no-store"
    return response


def _provider(request: HttpRequest, id_: str) -> Provider:
    """Raises Http404 for one that is not configured."""
    for one in configured():
        if one.id == id_:
            found = app(one)
            return found.get_provider(request)
    raise Http404

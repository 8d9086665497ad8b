"""allauth's pages of second factors, as far as ours differ."""

from typing import Any

from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import BaseReauthenticateView
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth, flows
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic.edit import FormView

from . import codes


class SecondStep(AuthenticateView):
    """What a sign-in asks for after the password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        types = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        return context | {
            "options": context["js_data"]["request_options"],
            "has_app": Authenticator.Type.TOTP in types,
            "has_passkey": Authenticator.Type.WEBAUTHN in types,
        }


class SignInByPasskey(LoginWebAuthnView):
    """Signs in by a passkey alone, which is both factors; a GET for JSON tells what the browser must ask it."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=get_next_redirect_url(self.request))
        return flows.perform_passwordless_login(self.request, passkey, login)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        for message in form.errors.get("credential", []):
            messages.error(self.request, str(message))
        url, onward = reverse("account_login"), get_next_redirect_url(self.request)
        return HttpResponseRedirect(add_query_params(url, {REDIRECT_FIELD_NAME: onward}) if onward else url)


class ConfirmByPasskey(ReauthenticateWebAuthnView):
    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = BaseReauthenticateView.get_context_data(self, **kwargs)
        return context | {"options": auth.begin_authentication(self.request.user)}


class ThenCodes:
    """After the first factor come its recovery codes."""

    did_generate_recovery_codes = False

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "accounts:security")


class ActivateApp(ThenCodes, ActivateTOTPView):
    """Shows the secret of an app and takes it on when the app's first code is right."""

    def form_valid(self, form: Any) -> HttpResponse:
        app, recovery = activate_totp(self.request, form)
        self.did_generate_recovery_codes = recovery is not None
        app.data[codes.LAST] = form.counter
        app.save(update_fields=["data"])
        post_authentication(self.request, app)
        return FormView.form_valid(self, form)


class AddPasskey(ThenCodes, AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = FormView.get_context_data(self, **kwargs)
        return context | {"options": flows.begin_registration(self.request, self.request.user, True)}

    def form_valid(self, form: Any) -> HttpResponse:
        passkey, recovery = flows.add_authenticator(self.request, **form.cleaned_data)
        self.did_generate_recovery_codes = recovery is not None
        post_authentication(self.request, passkey)
        return FormView.form_valid(self, form)


class RecoveryCodes(ViewRecoveryCodesView):
    """The codes, this once: as text to print, and as a file that the page itself brings along."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"file": "\r\n".join(context["unused_codes"]) + "\r\n"}

"""allauth's pages of second factors, by allauth's names. Guests have none of it; at a sign-in they are nobody yet."""

from typing import Final

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, reverse_lazy

from accounts.access import account_required, as_stranger

from . import views

SECURITY: Final = reverse_lazy("accounts:security")

urlpatterns = [
    path("accounts/code/", as_stranger(views.SecondStep.as_view()), name="mfa_authenticate"),
    path("accounts/passkey/", as_stranger(views.SignInByPasskey.as_view()), name="mfa_login_webauthn"),
    path("accounts/reauthenticate/code/", account_required(base.reauthenticate), name="mfa_reauthenticate"),
    path(
        "accounts/reauthenticate/passkey/",
        account_required(views.ConfirmByPasskey.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
    path("settings/security/app/", account_required(views.ActivateApp.as_view()), name="mfa_activate_totp"),
    path(
        "settings/security/app/off/",
        account_required(totp.DeactivateTOTPView.as_view(success_url=SECURITY)),
        name="mfa_deactivate_totp",
    ),
    path(
        "settings/security/codes/",
        account_required(views.RecoveryCodes.as_view()),
        name="mfa_view_recovery_codes",
    ),
    path(
        "settings/security/codes/new/",
        account_required(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "settings/security/passkeys/", account_required(views.AddPasskey.as_view()), name="mfa_add_webauthn"
    ),
    path(
        "settings/security/passkeys/<int:pk>/",
        account_required(webauthn.EditWebAuthnView.as_view(success_url=SECURITY)),
        name="mfa_edit_webauthn",
    ),
    path(
        "settings/security/passkeys/<int:pk>/remove/",
        account_required(webauthn.RemoveWebAuthnView.as_view(success_url=SECURITY)),
        name="mfa_remove_webauthn",
    ),
]

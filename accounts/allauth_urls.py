"""allauth's pages. To those for strangers a guest is nobody yet; those of an account ask for one."""

from allauth.account import views
from allauth.account.decorators import reauthentication_required
from django.urls import path, re_path

from .access import account_required, as_stranger
from .confirming import ConfirmEmail
from .providers import views as providers
from .views import ChangeEmail

urlpatterns = [
    path("signup/", as_stranger(views.signup), name="account_signup"),
    path("login/", as_stranger(views.login), name="account_login"),
    path("logout/", as_stranger(views.logout), name="account_logout"),
    path("inactive/", as_stranger(views.account_inactive), name="account_inactive"),
    path("reauthenticate/", account_required(views.reauthenticate), name="account_reauthenticate"),
    path("email/", account_required(ChangeEmail.as_view()), name="account_email"),
    path(
        "confirm-email/", as_stranger(views.email_verification_sent), name="account_email_verification_sent"
    ),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$",
        as_stranger(ConfirmEmail.as_view()),
        name="account_confirm_email",
    ),
    path("password/change/", account_required(views.password_change), name="account_change_password"),
    path(
        "password/set/",
        account_required(reauthentication_required(views.password_set, app="allauth.account")),
        name="account_set_password",
    ),
    path("password/reset/", as_stranger(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", as_stranger(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        as_stranger(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        as_stranger(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    # Operators tell providers these addresses.
    *(
        path(f"{kind}/login/callback/", providers.callback, {"provider": kind}, name=f"{kind}_callback")
        for kind in ("google", "github")
    ),
    path("apple/login/callback/", providers.apple_callback, name="apple_callback"),
    path(
        "apple/login/callback/finish/",
        providers.callback,
        {"provider": "apple"},
        name="apple_finish_callback",
    ),
    path(
        "oidc/<slug:provider_id>/login/callback/", providers.openid_callback, name="openid_connect_callback"
    ),
]

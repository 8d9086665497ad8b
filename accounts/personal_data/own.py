"""What is a learner's in accounts, and in the packages that know accounts only."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from accounts.browsers import noted_in
from accounts.models import ApiToken, BrowserSession, Consent, DataExport, MergedGuest, StaffAct, TokenFamily, User
from outbox.models import OutboxEvent

from . import leftovers
from .registry import add_files, excluded, exported, when_erased

OPENS = "opens the account to whoever reads it"


def register() -> None:
    exported(
        User,
        "account",
        _("Your account: email, name, settings, and since when"),
        owner="pk",
        without={"password": OPENS},
    )
    exported(
        User.groups.through,
        "roles",
        _("What you may do in the admin"),
        also={"role": "group__name"},
    )
    excluded("rights of staff beside their roles", User.user_permissions.through, owner="user")
    exported(MergedGuest, "merged_guests", _("What you typed as a guest came from here"), owner="into")
    exported(
        TokenFamily,
        "api_sign_ins",
        _("Programs that are signed in for you"),
        without={"generation": "part of what signs in"},
    )
    exported(ApiToken, "api_tokens", _("Your tokens for scripts"), without={"sha256": OPENS})
    exported(
        DataExport,
        "exports",
        _("Copies of your data, like this one"),
        without={"file": "where the file lies here", "lease": "which worker writes it"},
    )
    exported(Consent, "consents", _("What you agreed to or refused, and when"), order=("answered_at", "pk"))
    excluded("what staff asked for: kept for a year whoever goes, by ids alone", StaffAct)
    exported(EmailAddress, "email_addresses", _("Your email addresses, and which are confirmed"))
    excluded(OPENS, EmailConfirmation, owner="email_address__user")
    excluded("what staff did, with others' names; emptied of hers when she goes", LogEntry, owner="user")
    exported(
        BrowserSession,
        "browsers",
        _("Where you are signed in"),
        without={"session_key": OPENS},
        shown={"session_data": noted_in},
    )
    excluded("sessions of before they had a learner; found and ended when she goes", Session)
    excluded("tasks under way for a week, with nothing but ids; found and removed when she goes", OutboxEvent)
    excluded("the same for everybody", ContentType, Permission, Group, Group.permissions.through)
    _register_allauth()
    add_files(leftovers.archives_of)
    when_erased(leftovers.forget)


def _register_allauth() -> None:
    """What signs in beside the password, where it is installed."""
    if models := _models_of("mfa"):
        exported(
            models["Authenticator"],
            "second_factors",
            _("Your passkeys and second factors, without what is secret in them"),
            shown={"data": lambda data: {"name": data.get("name", "")}},
        )
    if models := _models_of("socialaccount"):
        exported(
            models["SocialAccount"],
            "connected_accounts",
            _("Accounts elsewhere that you sign in with, and what they told us"),
        )
        excluded(OPENS, models["SocialToken"], owner="account__user")
        others = [model for name, model in models.items() if name.startswith("SocialApp")]
        excluded("the operator's own", *others)


def _models_of(app: str) -> dict[str, Any]:
    """The models of one of allauth's apps, by name; none where it is not installed."""
    if not apps.is_installed(f"allauth.{app}"):
        return {}
    found = apps.get_app_config(app).get_models(include_auto_created=True)
    return {model.__name__: model for model in found}

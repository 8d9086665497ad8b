"""What is a learner's in accounts, and in the packages that know accounts only."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from accounts import models
from accounts.browsers import noted_in
from accounts.models import User
from outbox.models import OutboxEvent

from . import leftovers
from .registry import add_files, excluded, exported, when_erased

OPENS = "opens the account to whoever reads it"


def register_own() -> None:
    exported(
        User,
        "account",
        _("Your account: email, name, settings, and since when"),
        owner="pk",
        without={"password": OPENS},
    )
    exported(User.groups.through, "roles", _("What you may do in the admin"), also={"role": "group__name"})
    _register_access()
    excluded("rights of staff beside their roles", User.user_permissions.through, owner="user")
    exported(models.MergedGuest, "merged_guests", _("What you typed as a guest came from here"), owner="into")
    exported(
        models.DataExport,
        "exports",
        _("Copies of your data, like this one"),
        without={"file": "where the file lies here", "lease": "which worker writes it"},
    )
    exported(
        models.Consent, "consents", _("What you agreed to or refused, and when"), order=("answered_at", "pk")
    )
    excluded("what staff asked for: kept for a year whoever goes, by ids alone", models.StaffAct)
    exported(EmailAddress, "email_addresses", _("Your email addresses, and which are confirmed"))
    excluded(OPENS, EmailConfirmation, owner="email_address__user")
    excluded("what staff did, with others' names; emptied of hers when she goes", LogEntry, owner="user")
    excluded("tasks under way for a week, with nothing but ids; found and removed when she goes", OutboxEvent)
    excluded("the same for everybody", ContentType, Permission, Group, Group.permissions.through)
    _register_notifications()
    _register_allauth()
    add_files(leftovers.archives_of)
    add_files(leftovers.pictures_of)
    when_erased(leftovers.forget_leftovers)


def _register_access() -> None:
    """What opens the account without its password."""
    exported(
        models.TokenFamily,
        "api_sign_ins",
        _("Programs that are signed in for you"),
        without={"generation": "part of what signs in"},
    )
    exported(models.ApiToken, "api_tokens", _("Your tokens for scripts"), without={"sha256": OPENS})
    exported(
        models.BrowserSession,
        "browsers",
        _("Where you are signed in"),
        without={"session_key": OPENS},
        shown={"session_data": noted_in},
    )
    excluded("sessions of before they had a learner; found and ended when she goes", Session)


def _register_notifications() -> None:
    exported(
        models.NotificationChoice,
        "notification_choices",
        _("What you want to be told, and how"),
    )
    exported(models.ReminderTime, "reminder_times", _("When you want to be reminded"))
    exported(
        models.PushSubscription,
        "push_subscriptions",
        _("Browsers that show you notifications"),
        without={
            "endpoint_sha256": "a checksum of the endpoint",
            "p256dh": "encrypts what only that browser reads",
            "auth": "encrypts what only that browser reads",
        },
    )
    exported(models.PhoneNumber, "phone_numbers", _("Your phone number for text messages"))
    exported(
        models.Notification, "notifications", _("What you were told, how and when"), order=("sent_at", "pk")
    )


def _register_allauth() -> None:
    exported(
        Authenticator,
        "second_factors",
        _("Your passkeys and second factors, without what is secret in them"),
        shown={"data": lambda data: {"name": data.get("name", "")}},
    )
    exported(
        SocialAccount,
        "connected_accounts",
        _("Accounts elsewhere that you sign in with, and what they told us"),
    )
    excluded(OPENS, SocialToken, owner="account__user")
    excluded("the operator's own", SocialApp)

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import (
    DEFAULT_TIMEZONE,
    MOST_GOAL_MINUTES,
    ApiToken,
    InterfaceLanguage,
    Keyboard,
    Scope,
    Unit,
    User,
    known_timezones,
)
from .names import NameField

GOALS = (5, 10, 15, 20, 30, 45, 60)
"""Minutes a day that the settings offer."""


class PlainForm(forms.BaseForm):
    """Labels without a colon, and no placeholder that repeats them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(PlainForm, allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Email")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""


class SignupForm(PlainForm, allauth_forms.SignupForm):
    timezone = forms.CharField(required=False, widget=forms.HiddenInput({"data-offer-timezone": True}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Email")
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = _("At least 8 characters, and not one that many people use.")

    def clean_timezone(self) -> str:
        """The browser's time zone, where it named one there is."""
        name: str = self.cleaned_data["timezone"]
        return name if name in known_timezones() else DEFAULT_TIMEZONE

    def validate_unique_email(self, value: str) -> str:
        """Only a confirmed email is taken: a sign-up nobody confirmed keeps its owner from nothing."""
        self.account_already_exists = User.objects.filter(email__iexact=value).exists()
        return value

    def save(self, request: HttpRequest) -> User:
        """Keep email and password ready; a guest stays one until the email is confirmed."""
        adapter, email = get_adapter(), self.cleaned_data["email"]
        user: User = adapter.save_user(request, adapter.new_user(request), self)
        EmailAddress.objects.filter(user=user).exclude(email=email).delete()
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True})
        return user

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Nothing the visitor sees, not even the time it takes, tells whether the email is taken."""
        with transaction.atomic():
            user, response = super().try_save(request)
        request.session.cycle_key()
        if learner := user.pk if user else request.session.get(SESSION_KEY):
            undecided = User.objects.filter(pk=learner, email=None, timezone=DEFAULT_TIMEZONE)
            undecided.update(timezone=self.cleaned_data["timezone"])
        if user is None:
            make_password(self.cleaned_data["password1"])
        elif request.session.get(SESSION_KEY) == str(user.pk):
            request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        return user, response


class AddEmailForm(PlainForm, allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New email")

    def save(self, request: HttpRequest) -> EmailAddress:
        """The address in use stays until the new one is confirmed, even when it never was itself."""
        EmailAddress.objects.filter(user=self.user, verified=False).exclude(email=self.user.email).delete()
        return EmailAddress.objects.add_email(request, self.user, self.cleaned_data["email"], confirm=True)


class NewPasswordForm(PlainForm):
    """One field for a new password: a slip is mended by a reset, not prevented by typing it twice."""

    password2 = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("At least 8 characters, and not one that many people use.")


class ChangePasswordForm(NewPasswordForm, allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(NewPasswordForm, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(NewPasswordForm, allauth_forms.ResetPasswordKeyForm):
    pass


class ResetPasswordForm(PlainForm, allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Email")

    def clean_email(self) -> str:
        """Whose email it is; one that waits for its link is nobody's yet."""
        email: str = super().clean_email()
        self.users = list(User.objects.filter(email__iexact=email, is_active=True))
        return email


class ReauthenticateForm(PlainForm, allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""


@lru_cache(maxsize=2)
def timezones(day: date) -> list[tuple[str, str]]:
    """Every region's time zones from west to east, as `(UTC+3) Europe/Moscow` by the offset of that day."""
    noon = datetime.combine(day, time(12))
    names = [name for name in known_timezones() if "/" in name and not name.startswith("Etc/")]
    offsets = sorted((noon.replace(tzinfo=ZoneInfo(name)).utcoffset() or timedelta(), name) for name in names)
    zones = [(name, f"({_utc(offset)}) {name.replace('_', ' ')}") for offset, name in offsets]
    return [(DEFAULT_TIMEZONE, DEFAULT_TIMEZONE), *zones]


def _utc(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def timezones_today() -> list[tuple[str, str]]:
    return timezones(timezone.now().date())


def goals(own: int = 0) -> list[tuple[int, str]]:
    """What the settings offer, and the learner's own, which another program may have set."""
    offered = sorted({*GOALS, own} - {0})
    minutes = [(n, ngettext("%(count)s minute", "%(count)s minutes", n) % {"count": n}) for n in offered]
    return [(0, str(_("none"))), *minutes]


class LayoutField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        choices = [("", _("As the course needs")), *settings.KEYBOARD_LAYOUTS]
        super().__init__(label=_("Keyboard layout"), required=False, choices=choices, **options)


class OfferedField(forms.TypedChoiceField):
    """Offers the usual values; which others may be chosen is not its rule."""

    def valid_value(self, value: Any) -> bool:
        return True


class PreferencesForm(PlainForm, forms.ModelForm):
    name = NameField(
        label=_("Name"),
        required=False,
        max_length=User._meta.get_field("name").max_length,
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As in your browser")), *InterfaceLanguage.choices],
    )
    layout = LayoutField()
    keyboard = forms.ChoiceField(
        label=_("Keyboard on the screen"),
        required=False,
        choices=[("", _("As usual for the layout")), *Keyboard.choices],
    )
    unit = forms.ChoiceField(
        label=_("Speed"),
        required=False,
        choices=[("", _("As usual in your language")), *Unit.choices],
    )
    timezone = OfferedField(
        label=_("Time zone"), choices=timezones_today, help_text=_("Decides when your day begins.")
    )
    goal_minutes = OfferedField(label=_("Daily goal"), required=False, coerce=int, empty_value=0)
    weekly_report = forms.BooleanField(
        label=_("A report by email every Monday"),
        required=False,
        help_text=_("After a week with practice: its numbers, your curve and one piece of advice."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(NameField, self.fields["name"]).kept = self.instance.name
        if self.instance.is_guest:
            del self.fields["weekly_report"]
        zone = self.fields["timezone"]
        if self.instance.timezone == DEFAULT_TIMEZONE:
            zone.widget.attrs["data-offer-timezone"] = True
        elif self.instance.timezone not in dict(zone.choices):
            zone.choices = [*zone.choices, (self.instance.timezone, self.instance.timezone)]
        self.fields["goal_minutes"].choices = goals(self.instance.goal_minutes)

    def clean_goal_minutes(self) -> int:
        minutes: int = self.cleaned_data["goal_minutes"]
        if not 0 <= minutes <= MOST_GOAL_MINUTES:
            refused = self.fields["goal_minutes"].error_messages["invalid_choice"]
            raise forms.ValidationError(refused % {"value": minutes}, code="invalid_choice")
        return minutes

    class Meta:
        model = User
        fields = [
            "name",
            "language",
            "layout",
            "keyboard",
            "unit",
            "timezone",
            "goal_minutes",
            "weekly_report",
        ]


class TokenForm(PlainForm, forms.Form):
    name = NameField(
        label=_("What it is for"),
        max_length=ApiToken._meta.get_field("name").max_length,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("It may"),
        choices=[
            (Scope.READ, _("read what is mine")),
            (Scope.WRITE, _("read, practise and change what is mine")),
        ],
    )

    @property
    def scopes(self) -> list[str]:
        return [Scope.READ] if self.cleaned_data["scope"] == Scope.READ else [Scope.READ, Scope.WRITE]

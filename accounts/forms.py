from typing import Any, cast

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import guests
from .choices import (
    GOAL,
    GROUPS,
    KEYBOARD,
    LANGUAGE,
    LAYOUT,
    TIMEZONE,
    UNIT,
    VIEW,
    Choice,
    Number,
    OneOf,
    first_timezone,
    to_text,
)
from .emails import one_email
from .limits import UsedUp, of_mail
from .models import ApiToken, Scope, User
from .names import NameField
from .passwords import LONGEST
from .preferences import View
from .providers.listing import distrust
from .widgets import PlainSelect, ZoneSelect

GOALS = (5, 10, 15, 20, 30, 45, 60)
"""Minutes a day that the settings offer."""


def wait_for(guest: User, email: str) -> EmailAddress:
    """The address that becomes a guest's email when its key comes back, in place of another she may have waited for.

    One that is taken waits, too, so that signing in tells nobody that it is; no key for it is ever mailed. Who began
    to sign up in the same browser before, by a provider, has no part in it.
    """
    SocialAccount.objects.filter(user=guest).delete()
    EmailAddress.objects.filter(user=guest).exclude(email=email).delete()
    waiting, _is_new = EmailAddress.objects.get_or_create(user=guest, email=email, defaults={"primary": True})
    return waiting


def used_up(form: forms.BaseForm) -> UsedUp | None:
    """The limit for which a form was refused, if it was."""
    errors = [error for list_ in form.errors.as_data().values() for error in list_]
    return next((error for error in errors if isinstance(error, UsedUp)), None)


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

    def clean_login(self) -> str:
        return one_email(super().clean_login())


class SignupForm(PlainForm, allauth_forms.SignupForm):
    timezone = forms.CharField(required=False, widget=forms.HiddenInput({"data-offer-timezone": True}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Email")
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = _("At least 8 characters, and not one that many people use.")

    def validate_unique_email(self, value: str) -> str:
        """Only a confirmed email is taken: a sign-up nobody confirmed keeps its owner from nothing."""
        self.account_already_exists = User.objects.of_email(value).exists()
        return value

    def save(self, request: HttpRequest) -> User:
        """Keep email and password ready; a guest stays one until the email is confirmed."""
        adapter = get_adapter()
        user: User = adapter.save_user(request, adapter.new_user(request), self)
        wait_for(user, self.cleaned_data["email"])
        return user

    def try_save(self, request: HttpRequest) -> tuple[User, HttpResponse | None]:
        """Nothing the visitor sees, not even the time it takes, tells whether the email is taken: only the mail."""
        with transaction.atomic():
            user = self.save(request)
            zone = first_timezone(self.cleaned_data["timezone"], user.timezone)
            if zone != user.timezone:
                User.objects.filter(pk=user.pk).update(timezone=zone)
        response = None
        if self.account_already_exists:
            response = flows.signup.prevent_enumeration(request, email=self.cleaned_data["email"])
        guests.stay(request, user)
        return user, response


class TellEmailForm(PlainForm, forms.Form):
    """The email of who signs up through a provider that tells none."""

    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )

    def clean_email(self) -> str:
        email: str = get_adapter().clean_email(self.cleaned_data["email"])
        return email


class CurrentPasswordField(forms.CharField):
    """Asks who is signed in for the password again, before what a thief of the session would do."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput({"autocomplete": "current-password"})
        super().__init__(label=_("Your password"), strip=False, max_length=LONGEST, widget=widget, **kwargs)


def check_current(user: User, password: str) -> str:
    """The password of who is signed in. Raises a ValidationError."""
    if not get_adapter().reauthenticate(user, password):
        raise get_adapter().validation_error("incorrect_password")
    return password


class AddEmailForm(PlainForm, allauth_forms.AddEmailForm):
    password = CurrentPasswordField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New email")
        self.order_fields(["email", "password"])
        if not self.user.has_usable_password():
            # The adapter sees to it that she has just confirmed otherwise that it is she.
            del self.fields["password"]

    def clean_password(self) -> str:
        return check_current(self.user, self.cleaned_data["password"])

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

    def clean_oldpassword(self) -> str:
        current: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, current):
            raise get_adapter().validation_error("enter_current_password")
        return current


class SetPasswordForm(NewPasswordForm, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(NewPasswordForm, allauth_forms.ResetPasswordKeyForm):
    def save(self) -> None:
        """With the old password goes the connection of a sign-up that only a mail confirmed."""
        with transaction.atomic():
            distrust(self.user)
            super().save()


class ResetPasswordForm(PlainForm, allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Email")

    def clean_email(self) -> str:
        """Whose email it is; one that waits for its link is nobody's yet."""
        email = one_email(super().clean_email())
        of_mail(email)
        self.users = list(User.objects.of_email(email).filter(is_active=True))
        return email


class ReauthenticateForm(PlainForm, allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""


def goals(own: int = 0) -> list[tuple[int, str]]:
    """What the settings offer, and the learner's own, which another program may have set."""
    offered = sorted({*GOALS, own} - {0})
    minutes = [(n, ngettext("%(count)s minute", "%(count)s minutes", n) % {"count": n}) for n in offered]
    return [(0, str(_("none"))), *minutes]


def of_few(choice: OneOf) -> dict[str, Any]:
    """The options of a field for one of a few values."""
    return {
        "label": choice.label,
        "required": False,
        "choices": list(choice.values.items()),
        "widget": PlainSelect,
    }


class LayoutField(forms.ChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**of_few(LAYOUT), **options)


class OfferedField(forms.TypedChoiceField):
    """Offers the usual values; which others may be chosen is not its rule."""

    widget = PlainSelect

    def valid_value(self, value: Any) -> bool:
        return True


class PreferencesForm(PlainForm, forms.ModelForm):
    name = NameField(
        label=_("Name"),
        required=False,
        max_length=User._meta.get_field("name").max_length,
        widget=forms.TextInput({"autocomplete": "nickname"}),
        help_text=_("At the top of your pages. Other learners see it only where you write it yourself."),
    )
    language = forms.ChoiceField(**of_few(LANGUAGE))
    layout = LayoutField()
    keyboard = forms.ChoiceField(**of_few(KEYBOARD))
    unit = forms.ChoiceField(**of_few(UNIT))
    timezone = forms.CharField(
        label=TIMEZONE.label, widget=ZoneSelect(), help_text=_("Decides when your day begins.")
    )
    goal_minutes = OfferedField(label=GOAL.label, required=False, coerce=int, empty_value=0)  # type: ignore[arg-type]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(NameField, self.fields["name"]).kept = self.instance.name
        goal: Any = self.fields["goal_minutes"]
        if self.instance._state.adding and not self.is_bound:
            # Of who is known UTC may be what she chose.
            self.fields["timezone"].widget.attrs["data-offer-timezone"] = True
        goal.choices = goals(self.instance.goal_minutes)

    def clean_goal_minutes(self) -> int:
        minutes: int = self.cleaned_data["goal_minutes"]
        if not GOAL.accepts(minutes):
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
        ]


class ViewForm(PlainForm, forms.Form):
    """How it looks, sounds and types: every choice of `choices.VIEW`."""

    def __init__(self, *args: Any, view: View, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choice in VIEW.items():
            field = _view_field(choice)
            is_empty = isinstance(choice, Number) and choice.is_beside(view[name])
            field.initial = None if is_empty else view[name]
            field.widget.attrs["data-usual"] = to_text(choice.default)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """An empty number is the usual one."""
        return {
            name: VIEW[name].default if value is None else value for name, value in self.cleaned_data.items()
        }

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields with what they are about."""
        return [(label, [self[choice.name] for choice in choices]) for label, choices in GROUPS]


def _view_field(choice: Choice) -> forms.Field:
    if isinstance(choice, OneOf):
        return forms.ChoiceField(**of_few(choice))
    if isinstance(choice, Number):
        return _NumberField(choice)
    return forms.BooleanField(label=choice.label, required=False)


class _NumberField(forms.IntegerField):
    """A number from one bound to the other; empty for the usual one."""

    def __init__(self, choice: Number) -> None:
        bounds = {"least": choice.least, "most": choice.most}
        super().__init__(
            label=choice.label,
            required=False,
            min_value=choice.least,
            max_value=choice.most,
            help_text=choice.hint and choice.hint % bounds,
        )


class TokenForm(PlainForm, forms.Form):
    """A token that may change things needs the password: it outlives the session that made it."""

    name = NameField(
        label=_("What it is for"),
        max_length=ApiToken._meta.get_field("name").max_length,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[
            (Scope.READ, _("read what is mine")),
            (Scope.WRITE, _("read, practice and change what is mine")),
        ],
    )
    password = CurrentPasswordField(
        required=False, help_text=_("Only needed for a token that may change your data.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("scope") == Scope.WRITE and "password" in asked:
            if not asked["password"]:
                self.add_error("password", self.fields["password"].error_messages["required"])
            elif not self.errors:
                try:
                    check_current(self.user, asked["password"])
                except forms.ValidationError as error:
                    self.add_error("password", error)
        return asked

    @property
    def scopes(self) -> list[str]:
        return [Scope.READ] if self.cleaned_data["scope"] == Scope.READ else [Scope.READ, Scope.WRITE]

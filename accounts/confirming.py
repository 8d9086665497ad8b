"""Confirming the email of a sign-up: in the browser that began it, or in another one.

Our mail reaches the owner of the address, whoever signed up with it. So only where the link is followed in the same
browser do the password and the connection of the sign-up count at once. Anywhere else, such as on a phone, who follows
it types the password of the sign-up, or another one that takes the place of all that somebody else left.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import ConfirmEmailView
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from . import guesses
from .forms import PlainForm
from .guests import SIGNED_UP
from .models import User
from .passwords import LONGEST
from .providers.listing import connections_of


class PasswordOfSignUpForm(PlainForm, forms.Form):
    """The password of the sign-up, which is not checked again, or a new one."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 8 characters, and not one that many people use."),
    )

    def __init__(self, *args: Any, user: User, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.email = user, email

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        self.is_hers = guesses.fits(self.user, password)
        return password if self.is_hers else get_adapter().clean_password(password, User(email=self.email))


class ConfirmEmail(ConfirmEmailView):
    """Ask whether the email is the reader's, and in another browser than that of the sign-up for a password."""

    form: PasswordOfSignUpForm | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        address = self.object and self.object.email_address
        if address and not self.form and not began_here(self.request, address.user):
            self.form = PasswordOfSignUpForm(user=address.user, email=address.email)
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "provider": address and provider_of_sign_up(address.user),
        }

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        address = self.object.email_address
        if began_here(self.request, address.user):
            return super().post(*args, **kwargs)
        with transaction.atomic():
            # Locked, so that nobody signs up with it once more until the email is confirmed.
            user = User.objects.select_for_update().get(pk=address.user_id)
            self.form = PasswordOfSignUpForm(self.request.POST, user=user, email=address.email)
            if not self.form.is_valid():
                return self.render_to_response(self.get_context_data())
            if not self.form.is_hers:
                SocialAccount.objects.filter(user=user).delete()
                get_adapter().set_password(user, self.form.cleaned_data["password1"])
            response: HttpResponse = super().post(*args, **kwargs)
        user.refresh_from_db()
        if user.is_guest:
            return response
        shown = {"email": address.email, "password": self.form.cleaned_data["password1"]}
        login = Login(user=user, redirect_url=self.get_next_url())
        signed_in: HttpResponse = perform_password_login(self.request, shown, login)
        return signed_in


def began_here(request: HttpRequest, user: User) -> bool:
    """Whether nobody but who is in this browser can have signed up; also of an account that changes its email."""
    return not user.is_guest or request.session.get(SIGNED_UP) == str(user.pk)


def provider_of_sign_up(guest: User) -> str:
    """The name of the provider she signs up with, if any."""
    return next((one.name for one in connections_of(guest)), "") if guest.is_guest else ""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.internal.httpkit import clean_client_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import devices, guesses
from .emails import one_email
from .merging import merge
from .models import User
from .preferences import view_for


class AccountAdapter(DefaultAccountAdapter):
    """Where allauth asks this project how accounts behave: a guest's work is never left behind."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is disabled."),
        "duplicate_email": _("This is already your email."),
        "email_password_mismatch": _("No account has this email and password."),
        "email_unverified": _(
            "This email is not confirmed yet: open the link in our email. To have it sent again, sign up again."
        ),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("Too many attempts. Wait a minute and try again."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address our own proxies saw: what a client writes into X-Forwarded-For itself comes before it."""
        seen = request.headers.get("X-Forwarded-For", "").split(",")
        hops = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        trusted = seen[-hops].strip() if 0 < hops <= len(seen) else ""
        return clean_client_ip(trusted or request.META.get("REMOTE_ADDR", "")) or "unknown"

    def clean_email(self, email: str) -> str:
        """Of an address that is stored or looked for."""
        return one_email(super().clean_email(email))

    def new_user(self, request: HttpRequest) -> User:
        """The guest who signs up, locked until saved, else a new user."""
        visitor = get_user(request)
        if visitor.is_authenticated and visitor.is_guest:
            guest = User.objects.select_for_update().filter(pk=visitor.pk, email=None).first()
            if guest is not None:
                return guest
        user: User = super().new_user(request)
        user.language = (get_language() or "")[:2]
        user.view = view_for(request).chosen
        return user

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Save all but the email, which becomes the user's when it is confirmed."""
        user = super().save_user(request, user, form, commit=False)
        user.email = None
        if commit:
            user.save()
        return user

    def authenticate(self, request: HttpRequest, **credentials: str) -> User | None:
        """The account with this email and password, which may be switched off; None for a wrong guess.

        Raises UsedUp after too many of those, and a ValidationError when just the email is not confirmed yet.
        """
        email, password = one_email(credentials["email"]), credentials["password"]
        account = User.objects.of_email(email).first()
        guess = guesses.at_sign_in(request, account, email)
        if guesses.fits(account, password):
            guess.was_right()
            return account
        waiting = guesses.waiting(email)
        if waiting and guesses.fits(waiting, password):
            guess.was_right()
            raise self.validation_error("email_unverified")
        if guess.is_last:
            guesses.tell_owner(account)
        return None

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether it is the password of who is signed in. Raises UsedUp after too many wrong ones."""
        guess = guesses.by_signed_in(user)
        is_right = guesses.fits(user, password)
        if is_right:
            guess.was_right()
        return is_right

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        guesses.forgive(user)

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; a guest who signs in to an account brings along what they typed."""
        visitor = get_user(request)
        if visitor.is_authenticated and visitor.is_guest and visitor.pk != user.pk:
            merge(visitor, user, now=timezone.now())
        super().login(request, user)
        devices.note(request, user)

    def logout(self, request: HttpRequest) -> None:
        user = get_user(request)
        super().logout(request)
        if user.is_authenticated:
            devices.note(request, user)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make the address the user's, unless another account or sign-up came in between since the mail."""
        try:
            with transaction.atomic():
                email_address.user = User.objects.select_for_update().get(emailaddress=email_address.pk)
                return super().confirm_email(request, email_address)
        except User.DoesNotExist:
            return False
        except IntegrityError:
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """The address an account is known by stays; only a pending change can be taken back."""
        return email_address.email != email_address.user.email

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:preferences")

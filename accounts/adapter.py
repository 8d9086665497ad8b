import time
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.core.internal.httpkit import clean_client_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from . import browsers, consents, devices, guesses
from .choices import first_language
from .emails import one_email
from .merging import merge
from .models import User
from .notifications import push_subscriptions, security
from .personal_data import deletion
from .preferences import view_for
from .providers.listing import is_connected


def has_confirmed(request: HttpRequest) -> bool:
    """Whether who is signed in has just shown once more, in whatever way, that it is she."""
    records = get_authentication_records(request, request.user)
    times = [one["at"] for one in records if one.get("reauthenticated")]
    return bool(times) and time.time() - times[-1] < app_settings.REAUTHENTICATION_TIMEOUT


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

    def is_safe_url(self, url: str) -> bool:
        """Whether it leads back to the host that was asked; others of ALLOWED_HOSTS are other sites to a browser."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

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
        user.language = first_language()
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
        # Looked at where there is none, too: how long it takes would tell that somebody waits.
        if guesses.fits(guesses.unconfirmed_guest(email), password):
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

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """How somebody confirms that it is she: the first way is offered, the others beside it."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and (not ways or is_connected(user)):
            ways.append(
                {
                    "id": "provider",
                    "description": _("Confirm in another way"),
                    "url": reverse("accounts:confirm_with"),
                }
            )
        return ways

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Of an account without a password always, since no form can ask for that.

        Raises ReauthenticationRequired itself, as allauth would ask nothing of an account with neither password nor
        second factor.
        """
        required = (
            super().is_reauthentication_required(app=app) or not self.request.user.has_usable_password()
        )
        if required and not has_confirmed(self.request):
            raise ReauthenticationRequired
        return required

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        guesses.forgive(user)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Who closed the account goes on, to show her second factor, too; any other closed one ends here."""
        if deletion.waits(user):
            return None
        return cast(HttpResponse | None, super().pre_login(request, user, **kwargs))

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; a guest who signs in to an account brings along what they typed."""
        if not user.is_active:
            clear_login(request)
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        visitor = get_user(request)
        if visitor.is_authenticated and visitor.is_guest and visitor.pk != user.pk:
            merge(visitor, user, now=timezone.now())
        super().login(request, user)
        browsers.note_browser(request, now=timezone.now())
        devices.note_device(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Who closed the account and has proved that it is hers, as fully as to sign in, may take that back.

        She is not signed in. The link in her mail leads there, too: it proves that the mailbox is hers.
        """
        if deletion.waits(user):
            return redirect("accounts:undo_deletion", deletion.sign_undo(user))
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Sign out; the browser shows no more notifications of who has left it."""
        user = get_user(request)
        push_subscriptions.forget_this(request, user)
        super().logout(request)
        if user.is_authenticated:
            devices.note_device(request, user)

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

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell of a change to the account's safety, by mail and wherever else the owner wishes."""
        super().send_notification_mail(template_prefix, user, (context or {}) | {"user": user}, email)
        security.tell_of_mail(user.pk, template_prefix.rpartition("/")[2])

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """The address an account is known by stays; only a pending change can be taken back."""
        return email_address.email != email_address.user.email

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self._through_questions(request, super().get_signup_redirect_url(request))

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        url: str = super().get_email_verification_redirect_url(email_address)
        return self._through_questions(self.request, url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who answered the questions about her data once is asked again where a text has changed."""
        url: str = super().get_login_redirect_url(request)
        answered = consents.history_of(cast(User, request.user)).exists()
        return self._through_questions(request, url) if answered else url

    def _through_questions(self, request: HttpRequest, url: str) -> str:
        """The questions about her data where an account has to answer them, else `url`."""
        user = request.user
        waits = user.is_authenticated and consents.waits_for_answers(user)
        return reverse("accounts:consents") if waits else url

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:preferences")

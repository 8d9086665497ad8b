"""allauth's forms for second factors, with our words, and with our limit of guesses at codes."""

import binascii
import struct
from typing import Any, Final

from allauth.core import context
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import guesses
from accounts.forms import PlainForm
from accounts.names import NameField

from . import codes

LONGEST_NAME: Final = 60
BROKEN: Final = (
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    InvalidSignature,
    UnsupportedAlgorithm,
    RecursionError,
    binascii.Error,
    struct.error,
)
"""What reading an answer of a passkey raises, when it is none or another one's."""


class CodeField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            {
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "spellcheck": "false",
            }
        )
        super().__init__(max_length=codes.LONGEST_CODE, widget=widget, **options)


class CredentialField(forms.JSONField):
    """What the browser's passkey answered; `static/accounts/passkeys.js` fills it in."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> str:
        """Nothing of an answer is shown again: the next question wants another one."""
        return ""

    def prepare_value(self, value: Any) -> str:
        return ""


class CodeForm(PlainForm, base.AuthenticateForm):
    """Asked for at a sign-in, when the password was right."""

    code = CodeField(label=_("Code"))

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.authenticator = codes.check(self._guess(), self.user, code)
        return code

    def _guess(self) -> guesses.Guess:
        return guesses.at_sign_in(context.request, self.user, self.user.email)


class ConfirmByCodeForm(CodeForm, base.ReauthenticateForm):
    """Asked for again of who is signed in."""

    def save(self) -> None:
        base.ReauthenticateForm.save(self)

    def _guess(self) -> guesses.Guess:
        return guesses.by_signed_in(self.user)


class ActivateAppForm(PlainForm, totp.ActivateTOTPForm):
    code = CodeField(label=_("Code that the app shows"))

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        guess = guesses.by_signed_in(self.user)
        self.counter = codes.app_counter(self.secret, code)
        if self.counter is None:
            raise forms.ValidationError(
                _(
                    "This is not the code the app shows now. If it stays wrong, check the clock of your phone."
                ),
                code="incorrect_code",
            )
        guess.was_right()
        return code


class AddPasskeyForm(PlainForm, webauthn.AddWebAuthnForm):
    name = NameField(label=_("Name of the passkey"), required=False, max_length=LONGEST_NAME)
    credential = CredentialField()
    # Every passkey here can sign in by itself.
    passwordless = None

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        credential = asked.get("credential")
        if credential is not None:
            try:
                asked["credential"] = _only_what_is_kept(credential)
                asked = super().clean() or {}
            except (forms.ValidationError, *BROKEN) as error:
                raise forms.ValidationError(_("The passkey could not be added. Try again.")) from error
        return asked


class PasskeyForm(PlainForm, webauthn.AuthenticateWebAuthnForm):
    """The answer of a passkey; it cannot be guessed, so nothing counts."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        try:
            passkey: Authenticator = super().clean_credential()
        except (forms.ValidationError, *BROKEN) as error:
            raise forms.ValidationError(
                _("This passkey does not open the account, or it took too long. Try again.")
            ) from error
        return passkey


class PasskeySignInForm(PasskeyForm):
    """Signs in by the passkey alone."""

    passwordless = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)


class ConfirmByPasskeyForm(PasskeyForm):
    reauthenticated = True


class RenamePasskeyForm(PlainForm, webauthn.EditWebAuthnForm):
    name = NameField(label=_("Name of the passkey"), max_length=LONGEST_NAME)


def _only_what_is_kept(credential: dict[str, Any]) -> dict[str, Any]:
    """A browser's answer without what nobody reads, which could be anything. Raises one of BROKEN."""
    names, of_answer = ("id", "rawId"), ("clientDataJSON", "attestationObject")
    kept = {name: credential[name] for name in names}
    answer = {name: credential["response"][name] for name in of_answer}
    if not all(text.isascii() and text.isprintable() for text in (*kept.values(), *answer.values())):
        raise ValueError("not base64url")
    extensions = {"credProps": {"rk": True}}
    return kept | {"type": "public-key", "response": answer, "clientExtensionResults": extensions}

"""Where allauth asks how second factors behave here."""

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode import make
from qrcode.image.svg import SvgPathFillImage

from accounts.browsers import browser_name
from accounts.encryption import decrypt, encrypt
from accounts.models import User

WRONG_CODE = gettext_lazy("This code is wrong, or was used before.")


class FactorsAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes are for who has a passkey or an authenticator app: set one up first."
        ),
        "incorrect_code": WRONG_CODE,
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """Black on white, for cameras, whatever the theme."""
        return str(make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def generate_authenticator_name(self, user: User, kind: Authenticator.Type) -> str:
        """Where the passkey was made, as far as the browser tells."""
        return browser_name(context.request.headers.get("User-Agent", "")) or _("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}

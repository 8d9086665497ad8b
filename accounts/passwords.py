"""Django's rules for passwords in this product's words."""

from typing import Final

from django.contrib.auth import password_validation as rules
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST: Final = 1000


class LongEnough(rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        wording = ngettext(
            "At least %(count)s character is needed.",
            "At least %(count)s characters are needed.",
            self.min_length,
        )
        return wording % {"count": self.min_length}


class ShortEnough:
    """Long enough a limit for any password program; pages and API have the same."""

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > LONGEST:
            message = ngettext(
                "At most %(count)s character is possible.",
                "At most %(count)s characters are possible.",
                LONGEST,
            )
            raise ValidationError(message % {"count": LONGEST}, code="password_too_long")

    def get_help_text(self) -> str:
        return ""


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Too many people use this password: think of another one.")


class NotLikeTheEmail(rules.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("This password is too much like your email: think of another one.")

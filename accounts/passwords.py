"""Django's rules for passwords in this product's words."""

from django.contrib.auth import password_validation as rules
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        wording = ngettext(
            "At least %(count)s character is needed.",
            "At least %(count)s characters are needed.",
            self.min_length,
        )
        return wording % {"count": self.min_length}


class NotCommon(rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("Too many people use this password: think of another one.")


class NotLikeTheEmail(rules.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("This password is too much like your email: think of another one.")

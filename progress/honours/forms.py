"""The names learners choose, for certificates and leaderboards, and what is allowed in them."""

import re
import unicodedata

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import PlainForm
from accounts.models import User
from progress.honours.certificate_pdf import printable
from progress.models import Certificate

_BOARD_NAME = re.compile(r"[\w .'-]+")


class CertificateForm(PlainForm, forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name on the certificate"),
        max_length=Certificate._meta.get_field("name").max_length,
        help_text=gettext_lazy("It can't be changed afterwards, and whoever knows the code can read it."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        """The name as one line of characters that can be seen and printed."""
        name = unicodedata.normalize("NFC", self.cleaned_data["name"])
        if any(unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029" for sign in name):
            raise forms.ValidationError(_("There is a character in the name that can't be seen."))
        name = " ".join(name.split())
        if lacking := sorted(set(name) - printable()):
            raise forms.ValidationError(
                _("The certificate can't be printed with these characters: %(characters)s")
                % {"characters": " ".join(lacking)}
            )
        return name


class BoardNameForm(PlainForm, forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name to be shown"),
        min_length=2,
        max_length=User._meta.get_field("board_name").max_length,
        help_text=gettext_lazy("Letters, digits, spaces. Everybody can read it: it need not be your own."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )

    def clean_name(self) -> str:
        name = " ".join(unicodedata.normalize("NFKC", self.cleaned_data["name"]).split())
        if not _BOARD_NAME.fullmatch(name) or not any(sign.isalnum() for sign in name):
            raise forms.ValidationError(_("A name is made of letters, digits and spaces."))
        return name

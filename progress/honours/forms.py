"""The names learners choose, for certificates and leaderboards, and what else is asked of them there."""

import unicodedata

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import PlainForm
from accounts.models import User
from accounts.names import JOINER, NON_JOINER, NameField
from progress.honours.certificate_pdf import on_paper, printable
from progress.models import Certificate

_BOARD_SIGNS = frozenset(" .'’-‐‑_" + NON_JOINER + JOINER)


class CertificateForm(PlainForm, forms.Form):
    name = NameField(
        label=gettext_lazy("Name on the certificate"),
        max_length=Certificate._meta.get_field("name").max_length,
        help_text=gettext_lazy("It can't be changed afterward, and whoever knows the code can read it."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if lacking := sorted(set(on_paper(name)) - printable()):
            raise forms.ValidationError(
                _("The certificate can't be printed with these characters: %(characters)s")
                % {"characters": " ".join(lacking)}
            )
        return name


class BoardNameForm(PlainForm, forms.Form):
    name = NameField(
        label=gettext_lazy("Name to be shown"),
        min_length=2,
        max_length=User._meta.get_field("board_name").max_length,
        help_text=gettext_lazy("Letters, digits, spaces. Everybody can read it: it need not be your own."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        plain = all(sign in _BOARD_SIGNS or unicodedata.category(sign)[0] in "LMN" for sign in name)
        if not plain or not any(sign.isalnum() for sign in name):
            raise forms.ValidationError(_("A name is made of letters, digits and spaces."))
        return name

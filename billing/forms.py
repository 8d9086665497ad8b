from django import forms
from django.utils.translation import gettext_lazy as _

from .entitlement.gifts import LONGEST_TYPED


class GiftForm(forms.Form):
    code = forms.CharField(
        label=_("Gift code"),
        max_length=LONGEST_TYPED,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

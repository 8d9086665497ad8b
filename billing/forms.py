from django import forms
from django.utils.translation import gettext_lazy as _


class GiftForm(forms.Form):
    code = forms.CharField(
        label=_("Gift code"),
        max_length=60,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

"""Choosing a test."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm
from lessons.fresh import Makeup
from lessons.languages import TYPED
from progress.exercises.timed_tests import BY_CODE, LENGTHS, Chosen, Length

PROSE = "prose"
RANKED = Length(minutes=1)


class TestForm(PlainForm, forms.Form):
    """All there is to choose of a test, in one form; what is chosen is kept as it was sent."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: [(one.code, one.heading) for one in TYPED.values()],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("There are no tests in this language.")},
    )
    length = forms.ChoiceField(
        label=_("Length"),
        choices=lambda: [(length.code, length.name) for length in LENGTHS],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("There is no test of this length.")},
    )
    text = forms.ChoiceField(
        label=_("Difficulty"),
        choices=[("words", _("easy: frequent words")), (PROSE, _("ordinary: running prose"))],
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("There are no tests of such text.")},
    )
    punctuation = forms.BooleanField(label=_("punctuation and capitals"), required=False)
    digits = forms.BooleanField(label=_("numbers"), required=False)
    extendable = forms.BooleanField(label=_("time that can be extended"), required=False)

    @staticmethod
    def first(language: str) -> Mapping[str, str]:
        """What is chosen before anything was: a ranked minute in one's own language."""
        return {"language": language, "length": RANKED.code, "text": PROSE, "punctuation": "on"}

    def chosen(self) -> Chosen:
        """The test of a valid form."""
        said: dict[str, Any] = self.cleaned_data
        makeup = Makeup(said["text"] == PROSE, said["punctuation"], said["digits"])
        return Chosen(said["language"], BY_CODE[said["length"]], makeup, said["extendable"])

    def kept(self) -> dict[str, str]:
        """The fields that were sent, and none besides."""
        return {name: str(self.data[name]) for name in self.fields if name in self.data}

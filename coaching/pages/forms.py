"""What a learner tells the coach."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.units import CPM_PER_WPM, SpeedUnit, as_reached, in_unit
from coaching.advice.standing import FASTEST, SLOWEST


class GoalForm(forms.Form):
    """The speed to reach, in the learner's unit; `cleaned_data["cpm"]` has it in CPM."""

    speed = forms.IntegerField(label=_("Goal"))

    def __init__(self, data: Any = None, *, unit: SpeedUnit, cpm: int = 0) -> None:
        super().__init__(data, initial={"speed": int(as_reached(in_unit(cpm, unit)))})
        self.factor = CPM_PER_WPM if unit == "wpm" else 1
        self.fields["speed"].widget.attrs |= {
            "min": SLOWEST // self.factor,
            "max": FASTEST // self.factor,
            "inputmode": "numeric",
        }

    def clean_speed(self) -> int:
        speed: int = self.cleaned_data["speed"]
        if not SLOWEST <= speed * self.factor <= FASTEST:
            raise forms.ValidationError(
                _("Enter a number from %(low)s to %(high)s."),
                params={"low": SLOWEST // self.factor, "high": FASTEST // self.factor},
            )
        return speed

    @property
    def cpm(self) -> int:
        return int(self.cleaned_data["speed"]) * self.factor

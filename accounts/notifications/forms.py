"""What is chosen on the page of notifications."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from accounts.forms import PlainForm
from accounts.models import DAYS_OF_WEEK, Channel, ReminderTime
from accounts.widgets import PlainSelect

from .kinds import KINDS, Kind
from .phones import normal_number
from .wanted import Wanted, offered_channels


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a kind and a channel: a box to tick; or, without one, whether it is told in any case."""

    channel: Channel
    box: forms.BoundField | None
    is_always: bool


@dataclass(frozen=True, slots=True)
class Row:
    kind: Kind
    cells: list[Cell]


class NotificationsForm(PlainForm, forms.Form):
    """A box for each kind and channel that can be chosen, and the time of the reminder.

    Boxes of a channel that does not reach her yet are shown, and stay as they are.
    """

    hour = forms.TypedChoiceField(label=_("Remind me at"), coerce=int, widget=PlainSelect)
    days = forms.TypedMultipleChoiceField(
        label=_("Remind me on"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(day, WEEKDAYS[day]) for day in DAYS_OF_WEEK],
    )

    def __init__(
        self, *args: Any, wanted: Wanted, reaching: Collection[Channel], reminder: ReminderTime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.channels = offered_channels()
        self.reaching = reaching
        hours: Any = self.fields["hour"]
        hours.choices = [(hour, time_format(time(hour), "TIME_FORMAT")) for hour in range(24)]
        hours.initial = reminder.hour
        self.fields["days"].initial = reminder.days
        for kind, channel in self._boxes():
            label = f"{kind.name}: {channel.label}"
            self.fields[_name(kind, channel)] = forms.BooleanField(
                label=label,
                required=False,
                initial=(kind.code, channel.value) in wanted,
                disabled=channel not in reaching,
                widget=forms.CheckboxInput({"aria-label": label} | self._why_disabled(channel)),
            )

    def lacking(self) -> list[Channel]:
        """The channels that have no place of hers yet."""
        return [channel for channel in self.channels if channel not in self.reaching]

    def rows(self) -> list[Row]:
        return [
            Row(kind, [self._cell(kind, channel) for channel in self.channels]) for kind in KINDS.values()
        ]

    def among(self) -> Wanted:
        """What the form asked for."""
        return {(kind.code, channel.value) for kind, channel in self._boxes() if channel in self.reaching}

    def wanted(self) -> Wanted:
        return {
            (kind.code, channel.value)
            for kind, channel in self._boxes()
            if self.cleaned_data[_name(kind, channel)]
        }

    def boxes_of(self, kind: str) -> list[str]:
        return [_name(one, channel) for one, channel in self._boxes() if one.code == kind]

    def _boxes(self) -> Iterator[tuple[Kind, Channel]]:
        for kind in KINDS.values():
            for channel in self.channels:
                if kind.can_be_chosen(channel):
                    yield kind, channel

    def _why_disabled(self, channel: Channel) -> dict[str, str]:
        return {} if channel in self.reaching else {"aria-describedby": f"lacks_{channel}"}

    def _cell(self, kind: Kind, channel: Channel) -> Cell:
        can_be_chosen = kind.can_be_chosen(channel)
        is_always = channel == Channel.EMAIL and kind.is_mailed_anyway
        return Cell(channel, self[_name(kind, channel)] if can_be_chosen else None, is_always)


class PhoneForm(PlainForm, forms.Form):
    number = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        help_text=_("A text message with a code will come there."),
    )

    def clean_number(self) -> str:
        return normal_number(self.cleaned_data["number"])


class PhoneCodeForm(PlainForm, forms.Form):
    code = forms.CharField(
        label=_("Code from the text message"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class BrowserForm(forms.Form):
    """What the page's script sends of the browser it runs in."""

    endpoint = forms.CharField(widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=120, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=40, widget=forms.HiddenInput)


def _name(kind: Kind, channel: str) -> str:
    return f"{kind.code}_{channel}"

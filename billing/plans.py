"""What there is to have."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Plan:
    """`can_be_bought` is false while payment is not switched on."""

    code: str
    name: Promise
    includes: Promise
    can_be_bought: bool = False


PLANS: Final = (
    Plan(
        "free",
        _("Free"),
        _(
            "Lessons 1 to 15 of each course, scoring of every keystroke, stars, and drills of your weak keys."
            " Without an account or with one, for as long as you like."
        ),
    ),
    Plan(
        "premium",
        _("Premium"),
        _("Lessons 16 to 99 of each course: whole words and sentences, capitals, digits, signs, prose."),
    ),
)

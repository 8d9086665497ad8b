"""Which finger and which hand is slow, in words."""

from statistics import median
from typing import Final

from django.utils.translation import gettext as _

from coaching.chat.knowledge import Knowledge, Span, burden
from coaching.wording import joined, rounded, share
from progress.keystrokes.fingers import FingerLoad
from progress.templatetags.dashboards import finger_name

ENOUGH_MISSED: Final = 0.02
"""The share of a finger's keystrokes from which on its mistakes are worth a word."""
WEAK_FINGER: Final = 1.15
"""A finger stands out that takes so many times as long as the middle one of all."""
NEARLY: Final = 0.95
"""A second finger takes nearly as long as the weakest."""


def weakest_finger(known: Knowledge, latest: Span) -> str:
    """The one that stands out, if any does, and what helps it."""
    fingers = known.fingers
    if len(fingers) < 2:
        return _(
            "There are not enough timed keystrokes yet to judge a finger. A few more exercises, and I can tell."
        )
    worst, *others = fingers
    if burden(worst) < WEAK_FINGER * median(burden(load) for load in fingers):
        paces = sorted(load.ms or 0 for load in fingers)
        return _(
            "None of your fingers stands out: they take from %(least)s to %(most)s\u00a0ms per keystroke."
        ) % {
            "least": rounded(paces[0]),
            "most": rounded(paces[-1]),
        }
    told = _("It is the %(finger)s finger: %(ms)s\u00a0ms per keystroke on average.") % _of_finger(worst)
    if worst.error_rate >= ENOUGH_MISSED:
        told = joined(told, _("It misses %(rate)s of its keys.") % {"rate": share(worst.error_rate)})
    named = [worst]
    if others and burden(others[0]) > NEARLY * burden(worst):
        named.append(others[0])
        told = joined(told, _("The %(finger)s one is hardly better.") % _of_finger(others[0]))
    if any(load.finger in ("ring", "little") for load in named):
        told = joined(
            told,
            _("Ring and little fingers are slower for everyone; exact, unhurried typing helps them most."),
        )
    return told


def _of_finger(load: FingerLoad) -> dict[str, str]:
    return {"finger": finger_name(load), "ms": rounded(load.ms or 0)}


def hands(known: Knowledge, latest: Span) -> str:
    """Which hand takes longer, of all keystrokes of its fingers."""
    pace: dict[str, float] = {}
    for hand in ("left", "right"):
        loads = [load for load in known.fingers if load.hand == hand]
        struck = sum(load.share for load in loads)
        if not struck:
            return weakest_finger(known, latest)
        pace[hand] = sum(load.share * (load.ms or 0) for load in loads) / struck
    return joined(
        _("Your left hand takes %(left)s\u00a0ms per keystroke, your right one %(right)s\u00a0ms.")
        % {"left": rounded(pace["left"]), "right": rounded(pace["right"])},
        weakest_finger(known, latest),
    )

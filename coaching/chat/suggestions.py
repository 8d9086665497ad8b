"""Questions that the chat offers as buttons."""

from typing import Final

from django.utils.translation import gettext as _

from coaching.chat.intents import Intent


def questions() -> dict[Intent, str]:
    """What can be asked, as buttons offer it."""
    return {
        Intent.SLOW: _("Why am I slow?"),
        Intent.NEXT: _("What should I practice next?"),
        Intent.IMPROVING: _("Am I getting better?"),
        Intent.WEAK: _("Which keys are my weakest?"),
        Intent.FINGER: _("Which finger is my weakest?"),
        Intent.COMPARE: _("How was it last month?"),
        Intent.GOAL: _("When will I reach my goal?"),
        Intent.HOW_TO_TYPE: _("How do I type @?"),
        Intent.TERM: _("What is a weak key?"),
    }


AFTER: Final = {
    Intent.SLOW: (Intent.NEXT, Intent.FINGER, Intent.IMPROVING),
    Intent.NEXT: (Intent.SLOW, Intent.IMPROVING),
    Intent.IMPROVING: (Intent.COMPARE, Intent.GOAL, Intent.NEXT),
    Intent.GOAL: (Intent.NEXT, Intent.IMPROVING),
    Intent.COMPARE: (Intent.IMPROVING, Intent.NEXT),
    Intent.FINGER: (Intent.WEAK, Intent.NEXT),
    Intent.WEAK: (Intent.NEXT, Intent.FINGER, Intent.TERM),
    Intent.HAND: (Intent.WEAK, Intent.NEXT),
}
ANYTHING: Final = (
    Intent.SLOW,
    Intent.NEXT,
    Intent.IMPROVING,
    Intent.FINGER,
    Intent.COMPARE,
    Intent.HOW_TO_TYPE,
)


def suggested_after(intent: Intent) -> list[str]:
    words = questions()
    few = AFTER.get(
        intent, ANYTHING if intent in (Intent.UNKNOWN, Intent.WHO, Intent.GREETING) else ANYTHING[:3]
    )
    return [words[one] for one in few]

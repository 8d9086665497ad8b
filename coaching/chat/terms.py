"""What the words of typing mean."""

from typing import Final

from django.utils.translation import gettext_lazy as _

MEANINGS: Final = {
    "weak key": _(
        "A weak key takes you much longer than your other keys, or you miss it more often, by more than chance "
        "explains. Drills are made of weak keys, as they cost you the most time."
    ),
    "home row": _(
        "The row on which your fingers rest: “ASDF” and “JKL;” on an English keyboard, “ФЫВА” and “ОЛДЖ” on a "
        "Russian one. Small bumps on two keys let the index fingers find it without looking."
    ),
    "touch typing": _(
        "Typing with all ten fingers without looking at the keyboard: every key has its finger, and the eyes stay "
        "on the text."
    ),
    "plateau": _(
        "Weeks in which the speed no longer grows although you practice. Everybody has them; then the coach "
        "changes the method: more exact, in short bursts, or only prose."
    ),
    "wpm": _(
        "Words per minute, where a word is five characters, spaces included. 40\u00a0WPM is 200 characters a "
        "minute."
    ),
    "cpm": _("Characters per minute, spaces included. 200\u00a0CPM is 40 words per minute."),
    "accuracy": _(
        "The share of characters you typed right at the first try. A corrected mistake counts as a mistake."
    ),
    "evenness": _(
        "How even the times between your keystrokes are. An even rhythm is the mark of a sure hand; speed without "
        "it leads to mistakes."
    ),
    "rollover": _(
        "How often you press the next key before releasing the last one. Fast typists do so in a third of their "
        "keystrokes or more."
    ),
    "star": _(
        "A lesson gives up to five stars for speed and accuracy together. Two of them open the next lesson."
    ),
    "streak": _("Days of practice in a row. Every seventh earns a day off that does not break the streak."),
    "drill": _("A short exercise made for you, in which your weak keys come up often."),
    "pair": _(
        "Two characters typed one after the other. Often it is not a key that is slow but the way to it from the "
        "previous one."
    ),
    "cost": _(
        "How many seconds a key costs you per 1,000\u00a0characters of ordinary text: how much slower it is than "
        "similar keys, and how much more often you miss it than your others. Frequent keys cost more than rare "
        "ones."
    ),
}
"""The terms of `intents.TERMS`, explained."""


def meaning(term: str) -> str:
    return str(MEANINGS[term])

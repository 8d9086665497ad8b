"""What the coach answers to everybody alike."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from coaching.chat.intents import Intent

WITHOUT_FIGURES: Final[dict[Intent, Callable[[], str]]] = {
    Intent.GREETING: lambda: _(
        "Hello! Ask me about your typing: I know your speed, your keys and your days of practice."
    ),
    Intent.THANKS: lambda: _("You are welcome. Good luck with the next exercise!"),
    Intent.LOOKING: lambda: _(
        "No: eyes on the text. Find F and J by their bumps (А and О in Russian), and look at the drawing on the "
        "screen when you are lost. It is slower for a few days, and then you no longer need to look."
    ),
    Intent.HEALTH: lambda: _(
        "Then stop for today. Wrists straight, shoulders low, keys struck lightly, a short break every ten minutes. "
        "If it hurts again, see a doctor: typing should not hurt."
    ),
    Intent.EXACT_OR_FAST: lambda: _(
        "Accuracy first: hands remember what they do often, mistakes too, and every correction costs more time than a "
        "slower stroke. At 97% speed comes by itself."
    ),
    Intent.WHO: lambda: _(
        "I am the coach of this site, a program. I answer from your own statistics: what slows you down, what to "
        "practice, whether you are getting better, and where a character is on the keyboard."
    ),
    Intent.UNKNOWN: lambda: _("I have no answer to that. I can tell you about your typing, for example:"),
}

"""The rows of a history in words."""

from django import template
from django.utils.translation import gettext as _

from progress.models import TypingSession
from progress.plausibility import Flag

register = template.Library()


@register.filter
def unranked(session: TypingSession) -> str:
    """Why a session takes no part in rankings; "" for one that does."""
    if session.ranked:
        return ""
    if session.source == TypingSession.Source.PLAIN:
        return _("typed without JavaScript")
    if session.source == TypingSession.Source.LEGACY:
        return _("nothing proves its times: it came from the old program")
    if session.is_extendable:
        return _("its time could be extended")
    sentences = {
        Flag.CLOCK: _("it took longer than the exercise had been open"),
        Flag.UNTRUSTED: _("a program pressed the keys"),
        Flag.PASTED: _("text was pasted"),
        Flag.BURST: _("too many keys came at once"),
        Flag.STEADY: _("the rhythm is too even"),
        Flag.REPEATED: _("the rhythm is that of an earlier session"),
        Flag.IDLE: _("there was a break of more than 5 seconds"),
        Flag.FAST: _("the speed is beyond what hands can do"),
        Flag.WORDS: _("whole words were entered at once"),
        Flag.STALE: _("the text had been open for long, or typed before"),
        Flag.REJECTED: _("it was taken out after a review"),
    }
    return ", ".join(sentences[Flag(flag)] for flag in session.flags)


@register.filter
def clock(duration_ms: int) -> str:
    """How long it took: "0:58", "4:07", "1:02:03"."""
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

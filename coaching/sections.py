from progress.figures.results import Section
from progress.keystrokes.replay import Replay
from progress.models import TypingSession

from .weaknesses import weak_keys


def weak_keys_section(session: TypingSession, replay: Replay) -> Section | None:
    """What the result says about weak keys; None when there are none."""
    weak = weak_keys(replay)
    if not weak:
        return None
    return Section(
        "coaching/_weak_keys.html", {"session": session, "keys": weak}, "coaching/_make_drill.html"
    )

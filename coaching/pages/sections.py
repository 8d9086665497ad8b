"""What the coach adds to the result of a session."""

from progress.figures.keys import KnownKeys
from progress.figures.results import Section
from progress.recording.recorded import Recorded


def weak_keys_section(recorded: Recorded) -> Section | None:
    """What the result says about weak keys; None when there are none, or the session was not typed key by key."""
    keys = KnownKeys.after(recorded.session, recorded.skill)
    if recorded.played is None or not keys.weak:
        return None
    context = {"session": recorded.session, "keys": keys.weak}
    return Section("coaching/_weak_keys.html", context, "coaching/_make_drill.html")

"""What the coach adds to the result of a session."""

from coaching.models import Drill
from coaching.plans.plans import PlanProgress
from coaching.plans.practised import practised_in
from progress.figures.keys import KnownKeys
from progress.figures.results import Section
from progress.models import TypingSession
from progress.recording.recorded import Recorded

SHOWN = 3
"""Weak keys and pairs told at once."""


def coach_section(recorded: Recorded) -> Section | None:
    """After an exercise made for a learner what it did, and what comes next; else what holds her back, if anything."""
    session = recorded.session
    if session.kind == TypingSession.Kind.DRILL:
        exercises = Drill.objects.select_related("plan")
        drill = exercises.filter(user=session.user_id, text=session.text_id).first()
        if drill:
            return _after(drill, recorded)
    keys = KnownKeys.after(session, recorded.skill)
    if recorded.played is None or not keys.weaknesses:
        return None
    context = {"session": session, "weaknesses": keys.weaknesses[:SHOWN], "usual_ms": keys.usual_ms}
    return Section(context, "coaching/_weak_keys.html", action="coaching/_make_drill.html")


def _after(drill: Drill, recorded: Recorded) -> Section:
    context = {
        "drill": drill,
        "practised": practised_in(drill, recorded.played) if recorded.played else (),
        "progress": PlanProgress.of(drill.plan) if drill.plan else None,
    }
    return Section(context, "coaching/_after_drill.html", primary="coaching/_what_next.html")


def variation_section(recorded: Recorded) -> Section | None:
    """A lesson may be typed again in other words."""
    if recorded.session.lesson is None:
        return None
    return Section({"lesson": recorded.session.lesson}, action="coaching/_vary_lesson.html")

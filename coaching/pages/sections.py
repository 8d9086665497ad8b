"""What the coach adds to the result of a session."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from coaching.models import Drill
from coaching.plans.plans import PlanProgress
from coaching.plans.practised import Practised, practised_by, practised_in
from progress.figures.keys import KnownKeys
from progress.figures.results import Section
from progress.models import TypingSession
from progress.recording.recorded import Recorded


def coach_section(recorded: Recorded) -> Section | None:
    """After an exercise made for a learner what it did, and what comes next; else what holds her back.

    Nothing of a first line or a placement test: they say where to begin.
    """
    session = recorded.session
    if session.kind in (TypingSession.Kind.LINE, TypingSession.Kind.PLACING):
        return None
    if session.kind == TypingSession.Kind.DRILL:
        exercises = Drill.objects.select_related("plan", "lesson__course")
        drill = exercises.filter(user=session.user_id, text=session.text_id).first()
        if drill:
            return _after(drill, recorded)
    return _named(recorded)


def _named(recorded: Recorded) -> Section | None:
    """What is weak, with its drill, and what this run was like; at five stars nobody is blamed, and what goes well is
    said."""
    session = recorded.session
    if recorded.played is None:
        return None
    keys = KnownKeys.after(session, recorded.skill)
    named = keys.named_after(recorded.played)
    items = [one.weakness.item for one in named]
    noticed = keys.noticed_in(recorded.played, named)
    context = {
        "session": session,
        "named": named,
        "items": items,
        "noticed": noticed,
        "usual_ms": keys.usual_ms,
    }
    if not (named or noticed):
        context["strengths"] = [one.item for one in keys.strengths_in(recorded.played)]
    return Section(context, "coaching/_weak_keys.html", second="coaching/_make_drill.html" if named else "")


def _after(drill: Drill, recorded: Recorded) -> Section:
    progress = PlanProgress.of(drill.plan) if drill.plan else None
    practised: Sequence[Practised] = ()
    if progress and progress.is_done and drill == progress.exercises[-1]:
        practised = practised_by(progress)
    elif recorded.played:
        practised = practised_in(drill, recorded.played)
    context = {"practised": practised, "progress": progress, "lesson": drill.lesson, "drill": drill}
    return Section(
        context,
        "coaching/_after_drill.html",
        primary="coaching/_what_next.html",
        action="coaching/_to_the_coach.html" if drill.lesson or drill.origin else "",
        line="coaching/_practised.html",
        next_text=reverse("coaching:drill", args=[progress.next.text_id])
        if progress and progress.next
        else "",
    )


def name_drills(sessions: Sequence[TypingSession]) -> dict[UUID, str]:
    """What those exercises are called that were made for a learner, by session; three queries."""
    drills = Drill.objects.filter(
        user__in={one.user_id for one in sessions}, text__in={one.text_id for one in sessions}
    )
    found = {
        (drill.user_id, drill.text_id): drill.title
        for drill in drills.select_related("text", "plan", "lesson").prefetch_related("plan__exercises")
    }
    keys = {one.pk: (one.user_id, one.text_id) for one in sessions}
    return {pk: found[key] for pk, key in keys.items() if key in found}

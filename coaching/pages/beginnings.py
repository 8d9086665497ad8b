"""What the result of a first line, or of a placement test, leads to."""

from accounts.models import User
from lessons.languages import of_layout
from lessons.models import Course, Lesson
from progress.exercises.beginnings import FAST_ENOUGH_CPM
from progress.figures.maps import course_map
from progress.figures.results import Section
from progress.keystrokes.placing import STARS_TO_SKIP
from progress.keystrokes.scoring import stars
from progress.models import Placement, TypingSession
from progress.recording.recorded import Recorded


def beginning_section(recorded: Recorded) -> Section | None:
    """Where to begin: with lesson 1, with the placement test for who can type, or with the lesson it opened."""
    session = recorded.session
    if session.kind not in (TypingSession.Kind.LINE, TypingSession.Kind.PLACING):
        return None
    language = of_layout(session.layout)
    placements = Placement.objects.filter(session=session).select_related("lesson__course")
    placement = placements.order_by("lesson__course").first()
    # Without premium the first lesson open may be far before.
    opened = (
        course_map(placement.lesson.course, session.user, now=session.recorded_at).next if placement else None
    )
    can_type = session.kind == TypingSession.Kind.LINE and can_be_placed(session)
    context = {
        "lesson": opened or first_lesson(language.code),
        "level": placement.lesson if placement else None,
        "is_line": session.kind == TypingSession.Kind.LINE,
        "placement": language.code if can_type else "",
    }
    return Section(context, "coaching/_where_to_begin.html", primary="coaching/_begin.html")


def can_be_placed(session: TypingSession) -> bool:
    """Fast enough not to begin with lesson 1, and accurate enough for a placement test to open anything."""
    is_accurate = stars(session.cpm, session.accuracy, FAST_ENOUGH_CPM) >= STARS_TO_SKIP
    return session.cpm >= FAST_ENOUGH_CPM and is_accurate


def invites_to_placement(user: User, layout: str) -> bool:
    """Whether a line or a test on a layout shows that somebody can type, whom no placement test has placed yet; one
    query."""
    kinds = [TypingSession.Kind.LINE, TypingSession.Kind.TEST, TypingSession.Kind.PLACING]
    runs = TypingSession.objects.filter(user=user, layout=layout, kind__in=kinds).only(
        "kind", "cpm", "accuracy"
    )
    typed = list(runs)
    return any(map(can_be_placed, typed)) and all(run.kind != TypingSession.Kind.PLACING for run in typed)


def first_lesson(language: str) -> Lesson | None:
    """The first lesson of a language."""
    courses = Course.objects.filter(language=language)
    return (
        Lesson.objects.ready().filter(course__in=courses).select_related("course").order_by("number").first()
    )

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
    is_line = session.kind == TypingSession.Kind.LINE
    placements = Placement.objects.filter(session=session).select_related("lesson__course")
    placement = None if is_line else placements.order_by("lesson__course").first()
    level = placement.lesson if placement and session.ranked else None
    # Without premium the last lesson open may be far before.
    drawn = course_map(level.course, session.user, now=session.recorded_at) if level else None
    context = {
        "lesson": drawn.next if drawn else first_lesson(language.code),
        "level": level,
        "map": drawn,
        "session": session,
        "is_line": is_line,
        "placement": language.code if is_line and can_be_placed(session) else "",
    }
    return Section(context, "coaching/_where_to_begin.html", primary="coaching/_begin.html")


def can_be_placed(session: TypingSession) -> bool:
    """A line, or a test whose speed counts, that was fast enough not to begin with lesson 1, and accurate enough for a
    placement test to open anything."""
    if session.kind == TypingSession.Kind.LINE:
        counts = session.source == TypingSession.Source.KEYSTROKES and not session.flags
    else:
        counts = session.sets_records_of_all
    is_accurate = stars(session.cpm, session.accuracy, FAST_ENOUGH_CPM) >= STARS_TO_SKIP
    return counts and session.cpm >= FAST_ENOUGH_CPM and is_accurate


def invites_to_placement(user: User, layout: str) -> bool:
    """Whether a line or a test on a layout shows that somebody can type, whom no placement test has placed yet; one
    query."""
    kinds = [TypingSession.Kind.LINE, TypingSession.Kind.TEST, TypingSession.Kind.PLACING]
    runs = TypingSession.objects.filter(user=user, layout=layout, kind__in=kinds).only(
        "kind", "cpm", "accuracy", "words", "ranked", "source", "flags"
    )
    typed = list(runs)
    return any(map(can_be_placed, typed)) and all(run.kind != TypingSession.Kind.PLACING for run in typed)


def first_lesson(language: str) -> Lesson | None:
    """The first lesson of a language."""
    courses = Course.objects.filter(language=language)
    return (
        Lesson.objects.ready().filter(course__in=courses).select_related("course").order_by("number").first()
    )

"""Opening lessons by a placement test."""

from lessons.languages import of_layout
from lessons.models import Course
from lessons.outlines import outline
from progress.keystrokes.placing import Shown, Step, opened, unknown_letters
from progress.keystrokes.replay import Replay
from progress.keystrokes.tallies import tally
from progress.models import Placement, TypingSession


def place(session: TypingSession, played: Replay | None) -> None:
    """Open the lessons of the courses of its language that a placement test shows to be within reach.

    Without keystrokes the accuracy has to speak for all letters.
    """
    language = of_layout(session.layout)
    unknown = unknown_letters(tally(played).tries) if played else frozenset()
    shown = Shown(session.cpm, session.accuracy, unknown)
    rows = []
    for course in Course.objects.filter(language=language.code):
        lessons = [lesson for lesson in outline(course) if lesson.is_ready]
        steps = [
            Step(language.alphabet & set(lesson.new_characters.lower()), lesson.target_cpm)
            for lesson in lessons
        ]
        count = opened(steps, shown)
        if count > 1:
            rows.append(Placement(user_id=session.user_id, session=session, lesson=lessons[count - 1]))
    Placement.objects.bulk_create(rows)

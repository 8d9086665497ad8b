"""Drills made of a learner's weak keys."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.models import Drill
from coaching.plans.generator import drill_text
from lessons import languages, words
from lessons.models import TypingText
from progress.exercises.exercise import Exercise
from progress.figures.keys import KnownKeys
from progress.models import LessonProgress, TypingSession


class NothingWeak(ValueError):
    """No key is weak, so there is nothing to drill."""


def drill_from(session: TypingSession, *, now: datetime) -> Drill:
    """The drill of the keys that are weak on the session's layout, in the letters learned by then; the same one each
    time until something else is weak. Raises NothingWeak."""
    weak = [key.item.lower() for key in KnownKeys.of(session.user_id, session.layout).weak]
    if not weak:
        raise NothingWeak
    # A weak key was tried often, be it in a lesson, a test or a drill.
    learned = learned_characters(session) | set(weak)
    frequent = words.frequent(languages.of_layout(session.layout).code)
    text = TypingText.of(drill_text(frequent, weak=weak, learned=learned, seed=session.pk.hex))
    made, _ = Drill.objects.get_or_create(
        user=session.user, text=text, defaults={"layout": session.layout, "made_at": now}
    )
    return made


def drill_exercise(drill: Drill) -> Exercise:
    """A drill that comes with its text, as an exercise."""
    return Exercise(
        kind=TypingSession.Kind.DRILL,
        title=_("Drill"),
        text=drill.text,
        layout=drill.layout,
        language=languages.of_layout(drill.layout).code,
        taught=frozenset(drill.text.body),
        back_url=reverse("lessons:catalogue"),
    )


def learned_characters(session: TypingSession) -> frozenset[str]:
    """The characters of the session's text and of the furthest lesson its learner has typed in its language."""
    own = frozenset(session.text.body)
    language = languages.of_layout(session.layout).code
    lessons = LessonProgress.objects.filter(user=session.user_id, lesson__course__language=language)
    furthest = lessons.select_related("lesson").order_by("-lesson__number").first()
    return own | furthest.lesson.alphabet() if furthest else own


def move_drills(guest: User, into: User) -> None:
    """Merging: a guest's drills become the account's."""
    Drill.objects.filter(user=guest, text__in=Drill.objects.filter(user=into).values("text")).delete()
    Drill.objects.filter(user=guest).update(user=into)

"""Lessons whose text is made for the learner, and reviews of what a course has taught so far."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from accounts.models import User
from coaching.models import Drill
from coaching.plans.composition import weights
from coaching.plans.drills import recent_words, store
from lessons import frequencies
from lessons.models import Lesson
from lessons.outlines import outline
from lessons.text_maker import MOST_NAMED, Wish, make_text
from progress.figures.keys import KnownKeys
from progress.keystrokes import costs
from progress.models import TypingSession

REVIEW_LENGTH: Final = 300


def lesson_text(user: User, lesson: Lesson, runs: int) -> str | None:
    """Sentences with what costs a learner most, for a lesson made of that; None where too little is known of her keys,
    or nothing is weak."""
    keys = KnownKeys.of(user.pk, lesson.course.layout)
    if not costs.are_known(keys.skill) or not keys.weaknesses:
        return None
    wish = Wish(
        language=lesson.course.language,
        letters=lesson.alphabet() - {" "},
        weak=weights(keys.weaknesses),
        length=lesson.length,
        kind="sentences",
        seed=f"{lesson.pk}:{runs}",
    )
    made = make_text(wish)
    return made.text if made.items else None


def review_of(user: User, lesson: Lesson, *, now: datetime) -> Drill:
    """A review of what was taught by the end of a lesson, of rare and recent keys most of all; the same until something
    else is typed."""
    letters = lesson.alphabet() - {" "}
    last = TypingSession.objects.filter(user=user).order_by("-started_at", "-recorded_at").first()
    wish = Wish(
        language=lesson.course.language,
        letters=letters,
        weak=_worth_reviewing(lesson, sorted(letters)),
        length=REVIEW_LENGTH,
        avoid=recent_words(user.pk),
        seed=f"{lesson.pk}:{last.pk if last else ''}",
    )
    return store(
        user, lesson.course.layout, make_text(wish), {}, kind=Drill.Kind.REVIEW, now=now, lesson=lesson
    )


def _worth_reviewing(lesson: Lesson, letters: Sequence[str]) -> dict[str, float]:
    """The keys of the last lessons that brought some, and the rarest of the others, with their weights."""
    before = [one for one in outline(lesson.course) if one.number <= lesson.number and one.new_characters]
    recent = "".join(one.new_characters for one in sorted(before, key=lambda one: one.number)[-2:])
    shares = frequencies.characters(lesson.course.language)
    rare = sorted((one for one in letters if one not in recent), key=lambda one: shares.get(one, 0.0))
    half = MOST_NAMED // 2
    return dict.fromkeys(recent[-half:], 1.0) | dict.fromkeys(rare[:half], 0.8)

"""Lessons whose text is made for the learner, and reviews of what a course has taught so far."""

from datetime import datetime
from math import ceil
from typing import Final

from accounts.models import User
from coaching.models import Drill
from coaching.plans.composition import weights
from coaching.plans.drills import store
from lessons import frequencies
from lessons.checks import MOST_LINES
from lessons.keyboards import layout
from lessons.models import Lesson
from lessons.outlines import outline
from lessons.runs import body_of_run
from lessons.text_maker import Made, Wish, make_text
from lessons.variations import KeysLesson, variation
from progress.figures.keys import KnownKeys
from progress.keystrokes import costs
from progress.models import TypingSession

REVIEW_LENGTH: Final = 260
RECENT_KEYS: Final = 6
RARE_KEYS: Final = 5
"""Keys of a review: the last taught, and the rarest letters and other signs of those before."""
FULLER: Final = 1.1
"""How much longer than planned a lesson made for the learner may be."""


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
    return _fitting(made.text, lesson.length) if made.items else None


def _fitting(text: str, length: int) -> str:
    """As many sentences of a text as a lesson of that length has, in as many lines."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and sum(map(len, lines)) + len(lines) + len(line) > length * FULLER:
            break
        lines.append(line)
    each = ceil(len(lines) / MOST_LINES)
    return "\n".join(" ".join(lines[start : start + each]) for start in range(0, len(lines), each))


def review_of(user: User, lesson: Lesson, *, now: datetime) -> Drill:
    """A review of what was taught by the end of a lesson, of rare and recent keys most of all; the same until something
    else is typed."""
    last = TypingSession.objects.filter(user=user).order_by("-started_at", "-recorded_at").first()
    seed = f"{lesson.pk}:{last.pk if last else ''}"
    text = variation(_rules_of_review(lesson), seed) or body_of_run(lesson, 0)
    return store(
        user, lesson.course.layout, Made(text, ()), {}, kind=Drill.Kind.REVIEW, now=now, lesson=lesson
    )


def _rules_of_review(lesson: Lesson) -> KeysLesson:
    """Those of a text that has what was new lately and what is rarest of all that was taught, each a few times."""
    taught = sorted((one for one in outline(lesson.course) if one.number <= lesson.number), key=_number)
    keys = [one for taught_in in taught for one in taught_in.new_characters if not one.isupper()]
    lately = list(dict.fromkeys(keys))[-RECENT_KEYS:]
    shares = frequencies.characters(lesson.course.language)
    others = sorted((one for one in keys if one not in lately), key=lambda one: (shares.get(one, 0.0), one))
    letters = [one for one in others if one.isalpha()][:RARE_KEYS]
    signs = [one for one in others if not one.isalpha()][:RARE_KEYS]
    return KeysLesson(
        language=lesson.course.language,
        layout=layout(lesson.course.layout),
        letters=lesson.alphabet(),
        new="",
        recent="".join([*lately, *letters, *signs]),
        length=REVIEW_LENGTH,
    )


def _number(lesson: Lesson) -> int:
    return lesson.number

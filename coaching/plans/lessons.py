"""Lessons whose text is made for the learner, and reviews of what a course has taught so far."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Final

from accounts.models import User
from coaching.models import Drill
from coaching.plans.composition import weights
from coaching.plans.drills import store
from lessons import frequencies
from lessons.keyboards import layout
from lessons.models import Lesson
from lessons.outlines import outline
from lessons.passages import passages
from lessons.runs import body_of_run
from lessons.text_maker import Made, natural_share
from lessons.text_pieces import strikes
from lessons.variations import KeysLesson, variation
from progress.figures.keys import MOST_NAMED, KnownKeys
from progress.keystrokes import costs
from progress.models import TypingSession

REVIEW_LENGTH: Final = 260
RECENT_KEYS: Final = 6
RARE_KEYS: Final = 5
"""Keys of a review: the last taught, and the rarest letters and other signs of those before."""
RATE: Final = 2.0
"""How many times as often as in ordinary text a weak key should come in a lesson made of it."""
SHORTER: Final = 0.85
"""Part of its length that a lesson made for the learner has at least."""
RUNS_APART: Final = 12
"""Runs of it after which the same passages may come again."""


def lesson_text(user: User, lesson: Lesson, runs: int) -> str | None:
    """Passages with what costs a learner most, for a lesson made of that, none of those of her earlier runs while there
    are others; None where too little is known of her keys, or nothing is weak."""
    keys = KnownKeys.of(user.pk, lesson.course.layout)
    if not costs.are_known(keys.skill) or not keys.weaknesses:
        return None
    language, letters = lesson.course.language, lesson.alphabet()
    known = [
        one for hard in (False, True) for one in passages(language, hard=hard) if letters.issuperset(one)
    ]
    weak = dict(islice(weights(keys.weaknesses).items(), MOST_NAMED))
    chosen: list[str] = []
    for _run in range(runs % RUNS_APART + 1):
        known = [one for one in known if one not in chosen]
        chosen = most_of(weak, known, language=language, length=lesson.length)
    return "\n".join(chosen) or None


def most_of(weak: Mapping[str, float], texts: Sequence[str], *, language: str, length: int) -> list[str]:
    """Of texts as many as make up a length, chosen one after the other for what they hold of weak keys and pairs beyond
    what chance brings, by their weights; what was struck often enough counts no more. Pure."""
    wanted = {item: max(RATE * natural_share(item, language) * length, 2.0) for item in weak}
    left, chosen = list(texts), list[str]()
    while left and sum(map(len, chosen)) < length * SHORTER:
        missing = {item: count - sum(strikes(item, one) for one in chosen) for item, count in wanted.items()}

        def gain(text: str, missing: Mapping[str, float] = missing) -> float:
            useful = (
                weak[item] * max(0.0, min(strikes(item, text), missing[item])) / wanted[item] for item in weak
            )
            return sum(useful) / len(text)

        best = max(left, key=gain)
        left.remove(best)
        chosen.append(best)
    return chosen


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
    taught = sorted(
        (one for one in outline(lesson.course) if one.number <= lesson.number), key=attrgetter("number")
    )
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

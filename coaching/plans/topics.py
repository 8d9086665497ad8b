"""Texts to type on a topic of the learner's choice: by a language model, or from the text-maker without one."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.merging import lock_learner
from accounts.models import User
from coaching.language_model.asking import Prompt, model_for, whole
from coaching.language_model.calling import NoAnswer
from coaching.language_model.checking import Wanted, typable
from coaching.language_model.prompting import ABOUT_FENCES, SPOKEN, fenced, without_person
from coaching.language_model.waiting import never
from coaching.models import Drill
from coaching.plans.composition import weights
from coaching.plans.drills import LENGTH, learned_characters, recent_words, store
from lessons import keyboards, languages
from lessons.text_maker import Made, Wish, make_text
from progress.figures.keys import KnownKeys

LONGEST_TOPIC: Final = 100
SHORTEST, LONGEST = 120, 600
"""Characters of a text on a topic."""
WRITER: Final = (
    "You write exercises for a typing course. Write one coherent text of 40 to 60 words in {language} on the topic the "
    "learner gives: plain prose for adults and children, no title, no lists, no markup, no links, no emoji, and no "
    'other characters than letters of that language, digits, spaces and . , ! ? : ; - " ( ). No word twice '
    "running.\n{fences}"
)


def topic_drill(
    learner: User, topic: str, layout: str, *, may_wait: bool, now: datetime, left: Callable[[], bool] = never
) -> tuple[Drill, bool]:
    """An exercise on a topic, and whether it is about it: for who does not know the alphabet yet, without a language
    model, or when what that wrote cannot be typed, it is one of words in the letters known. Raises Left and Gone."""
    body, is_about = "", False
    keys = KnownKeys.of(learner.pk, layout)
    letters = learned_characters(learner.pk, keys)
    knows_all = languages.of_layout(layout).alphabet <= letters
    if topic and may_wait and knows_all and model_for(learner):
        with suppress(NoAnswer):
            body, is_about = whole(topic_prompt(topic, layout, learner.name), learner, left=left), True
    text = Made(body, ()) if body else local_text(learner, keys, letters, seed=now.isoformat())
    with transaction.atomic():
        lock_learner(learner.pk)
        made = store(learner, layout, text, {}, kind=Drill.Kind.TOPIC, now=now)
    return made, is_about


def topic_prompt(topic: str, layout: str, name: str) -> Prompt:
    """What a language model is told; all its answer may hold are characters of the layout."""
    language = languages.of_layout(layout)
    letters = letters_of(layout)
    told = WRITER.format(language=SPOKEN.get(language.code, language.name), fences=ABOUT_FENCES)
    return Prompt(
        [
            {"role": "system", "content": told},
            {"role": "user", "content": fenced("topic", without_person(topic, name))},
        ],
        Wanted(language.alphabet, least=SHORTEST, most=LONGEST, letters=letters),
        plain=lambda text: typable(text, letters),
    )


def letters_of(layout: str) -> frozenset[str]:
    """The characters a layout types."""
    rows = keyboards.layout(layout).rows
    return frozenset(char for row in rows for key in row for char in (key.base, key.shift) if char)


def local_text(learner: User, keys: KnownKeys, letters: frozenset[str], *, seed: str) -> Made:
    """Words in the letters known, the learner's weak keys and pairs among them."""
    wish = Wish(
        language=languages.of_layout(keys.layout).code,
        letters=letters,
        weak=weights(keys.weaknesses),
        length=LENGTH,
        avoid=recent_words(learner.pk),
        seed=seed,
    )
    return make_text(wish)

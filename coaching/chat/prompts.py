"""What a language model is told: its part, the learner's aggregates, and fenced what she asks."""

import json
from collections.abc import Sequence
from typing import Final

from coaching.chat.knowledge import Knowledge
from coaching.language_model.asking import Prompt
from coaching.language_model.calling import Messages
from coaching.language_model.checking import Wanted
from coaching.language_model.prompting import ABOUT_FENCES, SPOKEN, fenced, without_person
from coaching.models import ChatMessage
from lessons import languages

LONGEST_ANSWER: Final = 1500
REMEMBERED: Final = 4
"""Exchanges that came before."""
COACH: Final = (
    "You are the coach of a site that teaches touch typing. Answer in {language}, in plain text without markup, lists, "
    "links or emoji, in at most 100 words, warmly and concretely, as a good teacher speaks to an adult. Use only these "
    "figures of the learner, and say so when they do not tell; never invent a figure. Of anything but typing say in "
    "one sentence that you only know about typing.\n{fences}\nFigures: {figures}"
)
ANALYSIS: Final = (
    "Tell the learner what holds her back most, why, and what to do in the next ten minutes of practice."
)


def chat_prompt(
    question: str, before: Sequence[ChatMessage], known: Knowledge, name: str, language: str
) -> Prompt:
    """A question with what was said before it."""
    messages: Messages = [_coach(known, language)]
    for earlier in before[-REMEMBERED:]:
        messages.append(_asked(earlier.question, name))
        messages.append({"role": "assistant", "content": earlier.answer})
    messages.append(_asked(question, name))
    return Prompt(messages, _wanted(language))


def analysis_prompt(known: Knowledge, language: str) -> Prompt:
    return Prompt([_coach(known, language), {"role": "user", "content": ANALYSIS}], _wanted(language))


def _coach(known: Knowledge, language: str) -> dict[str, str]:
    told = COACH.format(
        language=SPOKEN[language],
        fences=ABOUT_FENCES,
        figures=json.dumps(known.figures(), ensure_ascii=False, separators=(",", ":")),
    )
    return {"role": "system", "content": told}


def _asked(question: str, name: str) -> dict[str, str]:
    return {"role": "user", "content": fenced("question", without_person(question, name))}


def _wanted(language: str) -> Wanted:
    return Wanted(languages.TYPED[language].alphabet, least=2, most=LONGEST_ANSWER)

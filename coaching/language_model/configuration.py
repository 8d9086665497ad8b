"""Which language model there is, and what asking it costs."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from django.conf import settings

OVERHEAD: Final = 16
"""Tokens that a message takes besides its words, and the answer's start; more than any tokenizer adds."""
MILLION: Final = 1_000_000
NEEDED: Final = (
    "AI_BASE_URL",
    "AI_MODEL",
    "AI_PROMPT_PRICE",
    "AI_ANSWER_PRICE",
    "AI_BUDGET",
    "AI_LEARNER_BUDGET",
)
"""The settings that switch the model on, all together: without a price or a budget nobody knows what is left."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A server of OpenAI's API. Prices are in dollars per million tokens, which is millionths of a dollar a token;
    budgets in millionths of a dollar a day; `seconds` may pass until an answer is there, with all tries."""

    url: str
    key: str
    name: str
    prompt_price: float
    answer_price: float
    learner_budget: int
    budget: int
    seconds: float

    def cost(self, prompt_tokens: int, answer_tokens: int) -> int:
        """What so many tokens cost, in millionths of a dollar."""
        return ceil(prompt_tokens * self.prompt_price + answer_tokens * self.answer_price)

    def most_cost(self, messages: list[dict[str, str]], most_tokens: int) -> int:
        """What a question costs at most: a token is a byte at least, whatever the tokenizer."""
        size = sum(len(message["content"].encode()) + OVERHEAD for message in messages)
        return self.cost(size + OVERHEAD, most_tokens)


def missing() -> list[str]:
    """The settings of NEEDED that are not there."""
    return [name for name in NEEDED if getattr(settings, name) in (None, "")]


def configured() -> LanguageModel | None:
    """The model of the settings; None where one of NEEDED is missing."""
    if missing():
        return None
    return LanguageModel(
        url=settings.AI_BASE_URL,
        key=settings.AI_API_KEY,
        name=settings.AI_MODEL,
        prompt_price=settings.AI_PROMPT_PRICE or 0,
        answer_price=settings.AI_ANSWER_PRICE or 0,
        learner_budget=int((settings.AI_LEARNER_BUDGET or 0) * MILLION),
        budget=int((settings.AI_BUDGET or 0) * MILLION),
        seconds=settings.AI_SECONDS,
    )

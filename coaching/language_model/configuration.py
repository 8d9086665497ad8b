"""Which language model there is, and what asking it costs."""

from dataclasses import dataclass
from math import ceil
from typing import Final

from django.conf import settings

OVERHEAD: Final = 16
"""Tokens that a message takes besides its words, and the answer's start; more than any tokenizer adds."""
MILLION: Final = 1_000_000


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


def configured() -> LanguageModel | None:
    """The model of the settings; None without an address, and where no price or no budget is known."""
    told = (
        settings.AI_PROMPT_PRICE,
        settings.AI_ANSWER_PRICE,
        settings.AI_LEARNER_BUDGET,
        settings.AI_BUDGET,
    )
    numbers = [one for one in told if one is not None]
    if not (settings.AI_BASE_URL and settings.AI_MODEL) or len(numbers) < len(told):
        return None
    prompt_price, answer_price, learner_budget, budget = numbers
    return LanguageModel(
        url=settings.AI_BASE_URL,
        key=settings.AI_API_KEY,
        name=settings.AI_MODEL,
        prompt_price=prompt_price,
        answer_price=answer_price,
        learner_budget=int(learner_budget * MILLION),
        budget=int(budget * MILLION),
        seconds=settings.AI_SECONDS,
    )

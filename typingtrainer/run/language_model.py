"""The fake language model of `make run AI=fake`: where it listens, and what the application must know of it."""

import hashlib

from typingtrainer.run import configuration
from typingtrainer.run.fakes import Fake


class FakeLanguageModel(Fake):
    """Says the same kind things each time, or goes wrong as its page is told."""

    name = "language-model"
    module = "tests.fakes.llm"
    called = "language model"

    def settings(self) -> dict[str, str]:
        """Prices and budgets as of a cheap model."""
        secret = configuration.secret(self.var_dir / "secret-key", 48)
        return {
            "AI_BASE_URL": f"{self.url}/v1",
            "AI_API_KEY": "sk-" + hashlib.sha256(f"language model {secret}".encode()).hexdigest()[:32],
            "AI_MODEL": "fake-1",
            "AI_BUDGET": "5",
            "AI_LEARNER_BUDGET": "0.5",
            "AI_PROMPT_PRICE": "0.5",
            "AI_ANSWER_PRICE": "1.5",
        }

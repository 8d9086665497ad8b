"""The fake language model of `make run AI=fake`: where it listens, and what the application must know of it."""

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from typingtrainer.run import configuration
from typingtrainer.run.embedded import SERVICES
from typingtrainer.run.fakes import Fake, kept_port
from typingtrainer.run.supervisor import Program


@dataclass(frozen=True)
class FakeLanguageModel(Fake):
    """Says the same kind things each time, or goes wrong as its page is told."""

    @classmethod
    def of(cls, var_dir: Path) -> "FakeLanguageModel":
        return cls(var_dir, kept_port(var_dir / "language-model-port"))

    def settings(self) -> dict[str, str]:
        """Prices and budgets as of a cheap model; its key goes to it the same way."""
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

    def program(self) -> Program:
        command = [sys.executable, "-m", "tests.fakes.llm", f"--port={self.port}"]
        return Program("language-model", command, SERVICES, answers=self.answers)

import pytest

from progress.conftest import anna, as_anna, boris, nothing_cached
from tests.fakes.llm.core import KEY, MODEL, FakeModel

__all__ = ["anna", "as_anna", "boris", "nothing_cached"]


@pytest.fixture
def model(settings):
    """A fake language model that the site is set to, with a budget, and little time."""
    with FakeModel() as fake:
        settings.AI_BASE_URL = f"{fake.url}/v1"
        settings.AI_API_KEY, settings.AI_MODEL = KEY, MODEL
        settings.AI_PROMPT_PRICE, settings.AI_ANSWER_PRICE = 1.0, 4.0
        settings.AI_BUDGET, settings.AI_LEARNER_BUDGET = 10.0, 1.0
        settings.AI_SECONDS = 1.0
        yield fake

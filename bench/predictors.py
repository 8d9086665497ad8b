"""Who predicts a learner's next session in `bench.coach`: our model, and what it is to be better than.

Each is taught session by session and then says, of any key it has seen, the mean interval, an interval around it, and
the chance to miss. Those that know no interval get one by how far off they were before.
"""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from progress.keystrokes.costs import SIMPLE_ERROR_RATE, SIMPLE_MS
from progress.keystrokes.skill import Expected, Mean, Skill
from progress.keystrokes.strikes import Strikes
from progress.keystrokes.tallies import Tally

EIGHTY: Final = 1.2816
"""SDs on each side that hold 80 % of a normal distribution."""
FORGETS: Final = 200
"""Half-life, in predictions, of how far off a plain predictor was."""
FEWEST_TRIES: Final = 10
"""With fewer, the naive rule names no key."""


class Prediction(NamedTuple):
    """Of a key in the next session; the mean interval of `count` strokes is between low and high with 80 %."""

    ms: float
    low: float
    high: float
    error: float


class Predictor(Protocol):
    """`names`: whether a key would be told to the learner at all."""

    name: str

    def learn(self, session: Tally) -> None: ...

    def predict(self, character: str, count: float) -> Prediction: ...

    def names(self, character: str) -> bool: ...


class Ours:
    """The model of `progress.keystrokes`."""

    name = "ours"

    def __init__(self, strikes: Strikes) -> None:
        self._strikes = strikes
        self._skill = Skill()
        self._expected = Expected(self._skill, strikes)

    def learn(self, session: Tally) -> None:
        self._skill.count(session, self._strikes)
        self._expected = Expected(self._skill, self._strikes)

    def predict(self, character: str, count: float) -> Prediction:
        low, high = self._expected.interval(character, count)
        return Prediction(self._expected.ms(character), low, high, self._expected.error_rate(character))

    def names(self, character: str) -> bool:
        return True


class Plain:
    """Figures by key, each session's weighed as `weight` says; a key it has not seen is as all of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._ms: dict[str, float] = {}
        self._errors: dict[str, float] = {}
        self._all_ms, self._all_errors = Mean(), Mean()
        self._tries: dict[str, float] = {}
        self._timed: dict[str, float] = {}
        self._off = Mean()

    def learn(self, session: Tally) -> None:
        if self._all_ms.weight:
            self._judge(session)
        for character, times in session.keys.items():
            self._timed[character] = self._timed.get(character, 0) + times.count
            share = self._share(times.count / self._timed[character], character in self._ms)
            self._ms[character] = _towards(self._ms.get(character), times.mean, share)
            self._all_ms.add(times.mean, times.count, math.inf)
        for character, tries in session.tries.items():
            if character.isspace():
                continue
            self._tries[character] = self._tries.get(character, 0) + tries.count
            share = self._share(tries.count / self._tries[character], character in self._errors)
            self._errors[character] = _towards(self._errors.get(character), tries.missed / tries.count, share)
            self._all_errors.add(tries.missed / tries.count, tries.count, math.inf)

    def _share(self, of_all: float, is_known: bool) -> float:
        """How much of a key's figure is that of the session just learned."""
        if not is_known or self.name == "last_session":
            return 1.0
        return 0.1 if self.name == "ema_0.1" else of_all

    def _judge(self, session: Tally) -> None:
        for character, times in session.keys.items():
            self._off.add(abs(math.log(times.mean / self._key_ms(character))), 1, FORGETS)

    def _key_ms(self, character: str) -> float:
        usual = self._all_ms.total / self._all_ms.weight
        return usual if self.name == "global_mean" else self._ms.get(character, usual)

    def predict(self, character: str, count: float) -> Prediction:
        ms = self._key_ms(character)
        by = math.exp(EIGHTY * self._off.shrunk(0.25, 1) * math.sqrt(math.pi / 2))
        usual = self._all_errors.shrunk(0.05, 1)
        error = usual if self.name == "global_mean" else self._errors.get(character, usual)
        return Prediction(ms, ms / by, ms * by, error)

    def names(self, character: str) -> bool:
        if self.name != "naive_rule":
            return True
        if self._tries.get(character, 0) < FEWEST_TRIES:
            return False
        return self._errors[character] > SIMPLE_ERROR_RATE or self._key_ms(character) > SIMPLE_MS


def _towards(known: float | None, value: float, share: float) -> float:
    return value if known is None else known + share * (value - known)


BASELINES: Final[Mapping[str, str]] = {
    "global_mean": "one mean of all keys and all sessions",
    "last_session": "what the key was when last typed",
    "ema_0.1": "keybr's: a tenth of every session's mean",
    "naive_rule": "means of all sessions; names keys missed in over 15 % or slower than 400 ms",
}


def predictors(strikes: Strikes) -> list[Predictor]:
    return [Ours(strikes), *(Plain(name) for name in BASELINES)]

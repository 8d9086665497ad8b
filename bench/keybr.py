"""keybr's guided lesson, for `bench.practice`: which letters it gives, which is in focus, which words it makes.

Written anew after reading its source of 30 March 2026 (github.com/aradzie/keybr.com, packages keybr-lesson,
keybr-phonetic-model, keybr-result, keybr-textinput). As there: letters come by frequency, six at first, one more when
all so far have once reached the target speed; in focus is the one furthest from it; a letter's time is smoothed by 0.1
a lesson, misses are not looked at; a lesson has 100 letters in words of three or more, which all have the letter in
focus: ordinary words (its setting when one begins), or words made by chains of four letters from a beginning that ends
in that letter. Otherwise than there: words and chains are of our frequent words instead of its own ten
thousand. As when one begins, no capitals and no signs.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from lessons import words
from progress.keystrokes.replay import Replay

FEWEST_LETTERS = 6
LESSON_LETTERS = 100
SMOOTHING = 0.1
FEWEST_WORDS, MOST_WORDS = 15, 1000
SHORTEST_WORD, LONGEST_WORD = 3, 10
ORDER = 4
SCALE = 255
PLAUSIBLE_MS = range(40, 12_001)
ATTEMPTS = 5
END = " "

Chains = Mapping[str, Mapping[str, int]]
"""How often a letter, or the end of the word, follows the three before it (spaces before the first)."""


@dataclass
class Pace:
    """A letter's smoothed time and the best it has been, ms."""

    now: float = 0.0
    best: float = 0.0

    def add(self, ms: float) -> None:
        self.now = SMOOTHING * ms + (1 - SMOOTHING) * self.now if self.now else ms
        self.best = min(self.best or self.now, self.now)


@dataclass
class Keybr:
    """One learner's guided lessons towards a speed. `everything` opens all letters at once, for who knows the
    keyboard; `natural` are ordinary words, chains otherwise."""

    language: str
    target_ms: float
    random: random.Random
    everything: bool = True
    natural: bool = True
    paces: dict[str, Pace] = field(default_factory=dict)

    def next_text(self) -> str:
        """The next lesson."""
        letters = self.letters()
        next_word = self._word_maker(frozenset(letters), self.focus(letters))
        made: list[str] = []
        while sum(map(len, made)) < LESSON_LETTERS:
            word = next_word()
            for _ in range(2):
                if made and word == made[-1]:
                    word = next_word()
            made.append(word)
        return " ".join(made)

    def letters(self) -> list[str]:
        """The letters open now."""
        open_: list[str] = []
        for letter in letter_order(self.language):
            is_next = len(open_) < FEWEST_LETTERS or all(self._confidence(one) >= 1 for one in open_)
            if self.everything or is_next or self._confidence(letter) >= 1:
                open_.append(letter)
        return open_

    def focus(self, letters: list[str]) -> str | None:
        """The letter furthest from the target speed, None where all have reached it."""
        slow = [letter for letter in letters if self._confidence(letter) < 1]
        return min(slow, key=self._confidence) if slow else None

    def learn_from(self, played: Replay) -> None:
        """Count a lesson: of each letter the mean time of those hit at once, the first left out."""
        times: defaultdict[str, list[int]] = defaultdict(list)
        missed = -1
        for stroke in played.strokes[1:]:
            if not stroke.right:
                missed = stroke.position
            elif stroke.position != missed and stroke.latency:
                times[stroke.expected].append(stroke.latency)
        for letter, all_ms in times.items():
            ms = round(sum(all_ms) / len(all_ms))
            if ms in PLAUSIBLE_MS:
                self.paces.setdefault(letter, Pace()).add(ms)

    def _confidence(self, letter: str) -> float:
        pace = self.paces.get(letter)
        return self.target_ms / pace.best if pace else 0.0

    def _word_maker(self, letters: frozenset[str], focus: str | None) -> Callable[[], str]:
        if not self.natural:
            return lambda: self._pseudo_word(letters, focus)
        found = [
            word
            for word in words.frequent(self.language)
            if len(word) >= SHORTEST_WORD and letters.issuperset(word) and (focus is None or focus in word)
        ][:MOST_WORDS]
        while len(found) < FEWEST_WORDS:
            found.append(self._pseudo_word(letters, focus))
        return lambda: self.random.choice(found)

    def _pseudo_word(self, letters: frozenset[str], focus: str | None) -> str:
        chains_ = chains(self.language)
        begun = [
            start for start in beginnings(self.language).get(focus or "", ()) if letters.issuperset(start)
        ]
        begun = begun or [focus or ""]
        word = ""
        for _ in range(ATTEMPTS + 1):
            word = self.random.choice(begun)
            while len(word) <= LONGEST_WORD:
                following = {
                    letter: weight * 1.3 ** len(word) if letter == END else weight
                    for letter, weight in chains_.get(word.rjust(ORDER - 1)[1 - ORDER :], {}).items()
                    if (letter in letters if letter != END else len(word) >= SHORTEST_WORD)
                }
                if not following:
                    break
                letter = self.random.choices(list(following), list(following.values()))[0]
                if letter == END:
                    return word
                word += letter
        return word


@cache
def chains(language: str) -> Chains:
    """Which letters follow which in the frequent words, each word weighed by 1/rank (Zipf), whole numbers of about
    `SCALE` a context, none of them 0."""
    found: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for rank, word in enumerate(words.frequent(language), 1):
        if word.isalpha() and len(word) >= SHORTEST_WORD:
            padded = END * (ORDER - 1) + word + END
            for start in range(len(word) + 1):
                found[padded[start : start + ORDER - 1]][padded[start + ORDER - 1]] += 1 / rank
    return {
        context: {letter: max(1, round(SCALE * weight / sum(row.values()))) for letter, weight in row.items()}
        for context, row in found.items()
    }


@cache
def letter_order(language: str) -> tuple[str, ...]:
    """The letters in the order they are opened: the likeliest first, all contexts counting alike."""
    sums: defaultdict[str, int] = defaultdict(int)
    for row in chains(language).values():
        for letter, weight in row.items():
            sums[letter] += weight
    del sums[END]
    return tuple(sorted(sums, key=lambda letter: (-sums[letter], letter)))


@cache
def beginnings(language: str) -> Mapping[str, list[str]]:
    """Beginnings of words of one to three letters by their last one, once for each different letter in them."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    waiting = [""]
    while waiting:
        word = waiting.pop()
        for letter in chains(language).get(word.rjust(ORDER - 1), {}):
            if letter != END:
                longer = word + letter
                found[letter] += [longer] * len(set(longer))
                if len(longer) < SHORTEST_WORD:
                    waiting.append(longer)
    return found

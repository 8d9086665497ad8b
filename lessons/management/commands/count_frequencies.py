"""Counts how often characters and pairs occur in a language, into `lessons/content/words/<code>-frequencies.csv`."""

import csv
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from django.core.management.base import BaseCommand

from lessons import words
from lessons.content_files import content
from lessons.languages import TYPED
from lessons.prose import prose

Weights: TypeAlias = defaultdict[str, float]

LEAST = 5e-7
"""Rarer items are left out."""
HARD = 0.25
"""What a character of prose made to practise digits and signs counts."""


class Command(BaseCommand):
    help = "Counts characters and pairs by a list of words (word, tab, frequency a line) and the prose of the course."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("language", choices=TYPED)
        parser.add_argument(
            "words", type=Path, help="a list such as wordfreq's: a word, a tab, its frequency a line"
        )

    def handle(self, *args: Any, language: str, words: Path, **options: Any) -> None:
        listed = _read(words, language)
        ordinary, hard = (" ".join(lines) for lines in prose(language))
        found = shares_of(listed, {ordinary: 1.0, hard: HARD})
        path = content("words", f"{language}-frequencies.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for item, share in sorted(found.items(), key=lambda pair: (len(pair[0]), -pair[1], pair[0])):
                if share >= LEAST:
                    writer.writerow([item, f"{share:.7f}"])
        self.stdout.write(f"{path.name}: {len(found)} characters and pairs")


def _read(path: Path, language: str) -> Mapping[str, float]:
    """The list's words in the language's letters and how frequent they are, ё put where our own words have it."""
    letters = TYPED[language].alphabet | {"'"}
    ours = set(words.frequent(language))
    with_yo = {word.replace("ё", "е"): word for word in ours if "ё" in word}
    found: Weights = defaultdict(float)
    for line in path.read_text("utf-8").splitlines():
        word, frequency = line.split("\t")
        if set(word) <= letters and word == word.strip("'"):
            # Of two words written alike without ё, as все and всё, each gets half.
            spellings = {with_yo.get(word, word), word} & ours or {with_yo.get(word, word)}
            for spelling in spellings:
                found[spelling] += float(frequency) / len(spellings)
    return found


def shares_of(listed: Mapping[str, float], texts: Mapping[str, float]) -> dict[str, float]:
    """The share of every character in running text, and of every pair within its words.

    Small letters and their pairs by the words; how often there are capitals, digits and signs by `texts` and what each
    counts. Capitals are shared out half as the texts have them and half as words begin.
    """
    characters, pairs, starts, seconds = _of_words(listed)
    seen: Weights = defaultdict(float)
    for text, weight in texts.items():
        for character in text:
            seen[character] += weight
    others = {item: share for item, share in _over(seen).items() if not item.islower() and item != " "}
    capitals = {item: share for item, share in others.items() if item.isalpha()}
    rate = sum(capitals.values())
    capitals = {
        letter.upper(): (capitals.get(letter.upper(), 0) + rate * share) / 2
        for letter, share in _over(starts).items()
        if letter.isalpha()
    }
    whole, rest = sum(characters.values()), 1 - sum(others.values())
    found = {item: share * rest for item, share in (_over(characters) | _over(pairs, whole)).items()}
    for capital, share in capitals.items():
        found |= {capital + second: share * part for second, part in _over(seconds[capital.lower()]).items()}
    return others | found | capitals


def _of_words(listed: Mapping[str, float]) -> tuple[Weights, Weights, Weights, defaultdict[str, Weights]]:
    """Characters, pairs, first letters, and second letters after each first one."""
    characters: Weights = defaultdict(float)
    pairs: Weights = defaultdict(float)
    starts: Weights = defaultdict(float)
    seconds: defaultdict[str, Weights] = defaultdict(lambda: defaultdict(float))
    for word, weight in listed.items():
        starts[word[0]] += weight
        for letter in [*word, " "]:
            characters[letter] += weight
        for one, other in pairwise(word):
            pairs[one + other] += weight
        if len(word) > 1:
            seconds[word[0]][word[1]] += weight
    return characters, pairs, starts, seconds


def _over(weights: Mapping[str, float], total: float | None = None) -> dict[str, float]:
    whole = sum(weights.values()) if total is None else total
    return {item: weight / whole for item, weight in weights.items()}

"""Other texts for a lesson of new keys, made by the rules that its own text keeps. Pure: one seed, one text."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from random import Random
from typing import Final

from .checks import LEAST_NEW_SHARE, MOST_LINES, RECENT_STRIKES, Problem, check_text, least_strikes
from .keyboards import Layout
from .syllables import syllable
from .text_maker import in_lines
from .text_pieces import ENOUGH_CARRIERS, ENOUGH_WORDS, Pieces, pieces_in
from .text_writing import Goal, Writer
from .unfit import holds_unfit, is_unfit

ATTEMPTS: Final = 30
LEAST_ATTEMPTS: Final = 2
MOST_WRITTEN: Final = 15_000
"""Characters written in search of a text that keeps the rules: a tenth of a second."""
MOST_KEYS: Final = 30
SHORTEST: Final = 20
"""Characters of a text; a shorter one, or one of more keys, is not varied."""
FULL: Final = 0.9
"""Which part of a text its wanted characters may need at most."""
SHARE: Final = LEAST_NEW_SHARE / 100 + 0.01
"""Which part of a text the new characters should be."""
IN_WORDS: Final = 0.15
"""And which part of its words, where the language has such words."""
SIGNS: Final = 0.04
"""Which part signs should be of the words: few words have one within."""
WORDS: Final = (0.4, 0.6)
"""Which part of the text words are, at least and at most."""
ONLY_WORDS: Final = (0.7, 0.8)
FEWER_WORDS: Final = (0.25, 0.45)
LONGEST: Final = 1.15
GROUP: Final = (2, 3, 3, 4)
"""Characters of a group."""
LEAD: Final = 14
"""Characters in groups with which a text begins."""
LONGEST_GROUP: Final = 8
TIGHT: Final = 1.5
"""Characters of text a new one needs in groups; with less room, they come in groups."""
SHORT: Final = 6
"""Letters of a short word at most."""
BRACKETS: Final = ("()", "[]", "{}", "<>")
PAIRED: Final = frozenset("".join(BRACKETS)) | {'"'}
"""Signs that stand around a word; where they are new, there are fewer other words."""


@dataclass(frozen=True, kw_only=True)
class KeysLesson:
    """What the text of a lesson of new keys must keep to: `letters` are all characters taught by then, `new` those of
    the lesson, `recent` those of the lessons before it that must come again; `lines` is how many it may have, as Enter
    is not known at first."""

    language: str
    layout: Layout
    letters: frozenset[str]
    new: str
    recent: str
    length: int
    lines: int = MOST_LINES


def variation(lesson: KeysLesson, seed: int | str) -> str | None:
    """Another text for the lesson; None where none was found that keeps its rules."""
    keys = "".join((lesson.new + lesson.recent).split())
    if not 0 < len(keys) <= MOST_KEYS or lesson.length < SHORTEST:
        return None
    if sum(_wanted(lesson).values()) > FULL * lesson.length:
        return None
    for attempt in range(max(LEAST_ATTEMPTS, min(ATTEMPTS, MOST_WRITTEN // lesson.length))):
        text = _written(lesson, Random(f"{seed}:{attempt}"))
        if not problems(lesson, text):
            return text
    return None


def problems(lesson: KeysLesson, text: str) -> list[Problem]:
    """What is wrong with a text for the lesson."""
    wanted = _wanted(lesson)
    strikes = [
        Problem("strikes", {"character": one, "count": count, "least": least})
        for one, least in wanted.items()
        if (count := struck(one, text)) < least
    ]
    general = check_text(
        text, alphabet=lesson.letters, new=lesson.new, length=lesson.length, layout=lesson.layout
    )
    unfit = [Problem("unfit", {"word": word}) for word in text.split() if is_unfit(word.lower())]
    return [*general, *strikes, *unfit]


def _wanted(lesson: KeysLesson) -> dict[str, int]:
    """How often each character is struck at least; of a short text new ones need fill no more than half."""
    room = lesson.length // (2 * max(len(lesson.new), 1))
    new = {one: min(least_strikes(one), room) for one in lesson.new}
    return new | dict.fromkeys(lesson.recent, RECENT_STRIKES)


def _written(lesson: KeysLesson, random: Random) -> str:
    """Groups of new characters, then short words with them, then words as they come: what the words lack makes up the
    first two."""
    pieces = pieces_in(lesson.language, lesson.letters)
    share = FEWER_WORDS if PAIRED & set(lesson.new) else WORDS if lesson.new else ONLY_WORDS
    room = random.uniform(*share) * lesson.length
    new = [Goal(one, 1, (IN_WORDS if one.isalnum() else SIGNS) / len(lesson.new)) for one in lesson.new]
    recent = [Goal(one, RECENT_STRIKES, (RECENT_STRIKES + 0.6) / room) for one in lesson.recent]
    writer = Writer(
        pieces,
        [*new, *recent],
        random,
        kind="mixed",
        length=round(room),
        longest=room * LONGEST,
        avoid=frozenset(),
        words=pieces.words if len(pieces.words) >= ENOUGH_WORDS else (),
    )
    words = writer.write()
    said = " ".join(words)
    due = [one for one, count in _wanted(lesson).items() for _ in range(count - struck(one, said))]
    if lesson.new:
        have = sum(struck(one, said) for one in lesson.new) + sum(one in lesson.new for one in due)
        due += random.choices(lesson.new, k=max(0, ceil(SHARE * lesson.length) - have))
    left, lead = lesson.length - len(said), LEAD if lesson.new else 0
    groups, carriers = _groups(due, left, lesson.new or lesson.recent, pieces, random, lead=lead)
    return _in_lines([groups, carriers, words], lesson.lines)


def _groups(
    due: list[str], left: int, keys: str, pieces: Pieces, random: Random, *, lead: int
) -> tuple[list[str], list[str]]:
    """What fills the `left` of a text, with each character as often as it is due: groups of its like, `lead` characters
    of them first, and where there is room short words with it."""
    random.shuffle(due)
    groups: list[str] = []
    carriers: list[str] = []
    while left > 0 or due:
        is_lead = sum(map(len, groups)) < lead
        if due and (is_lead or left < len(due) * TIGHT + LONGEST_GROUP):
            alike = [place for place, one in enumerate(due) if _kind(one) == _kind(due[0])]
            picked = [due.pop(place) for place in reversed(alike[: random.choice(GROUP)])]
            made = _paired("".join(picked))
            if holds_unfit(made):
                made = "".join(sorted(made))
            groups.append(made)
        else:
            made = _around(due[0] if due else random.choice(keys), pieces, random)
            for one in made:
                if one in due:
                    due.remove(one)
            carriers.append(made)
        left -= len(made) + 1
    return _apart(groups), _apart(carriers)


def _in_lines(parts: Sequence[list[str]], lines: int) -> str:
    """The parts one after the other in so many lines of about the same length, each part from a line of its own where
    there are enough."""
    parts = [part for part in parts if part]
    if lines < len(parts):
        return in_lines([piece for part in parts for piece in part], most=lines, line=1)
    sizes = [len(" ".join(part)) for part in parts]
    shares = [max(1, round(size / sum(sizes) * lines)) for size in sizes]
    while sum(shares) > lines:
        shares[shares.index(max(shares))] -= 1
    return "\n".join(in_lines(part, most=share, line=1) for part, share in zip(parts, shares, strict=True))


def _kind(character: str) -> str:
    if character.isdecimal():
        return "digit"
    if character.isalpha():
        return "capital" if character.isupper() else "letter"
    return "sign"


def _around(character: str, pieces: Pieces, random: Random) -> str:
    """A character as it stands in a text: in a short word, with a capital before it, a number, a sign with a word."""
    if character.isdecimal():
        return pieces.number(random, character).split()[0]
    if not character.isalpha():
        # A hyphen or an apostrophe also within a word.
        held = pieces.with_item(character)
        if held and random.random() < 0.5:
            return random.choice(held)
        return pieces.with_sign(character, lambda: _short(pieces, random), random)
    core = character.lower()
    words = [word for word in pieces.with_item(core) if len(word) <= SHORT] if core in pieces.small else []
    if len(words) < ENOUGH_CARRIERS:
        return (
            character + core if character.isupper() else syllable(pieces.language, pieces.small, random, core)
        )
    word = random.choice(words)
    # With a capital, a word that begins so.
    begins = [one for one in words if one[0] == core] or words
    return random.choice(begins).capitalize() if character.isupper() else word


def _short(pieces: Pieces, random: Random) -> str:
    words = [word for word in pieces.words if len(word) <= 3]
    return random.choice(words) if words else syllable(pieces.language, pieces.small, random)


def _apart(groups: list[str]) -> list[str]:
    """The groups, none beside its like where another can stand between."""
    for place in range(1, len(groups)):
        if groups[place] == groups[place - 1]:
            other = next((far for far in range(place + 1, len(groups)) if groups[far] != groups[place]), None)
            if other:
                groups[place], groups[other] = groups[other], groups[place]
    return groups


def _paired(group: str) -> str:
    """A group in which no bracket is closed before it is opened: those of a pair stand around the rest."""
    for opening, closing in BRACKETS:
        if count := group.count(opening) + group.count(closing):
            rest = group.replace(opening, "").replace(closing, "")
            group = opening * ceil(count / 2) + rest + closing * ceil(count / 2)
    return group


def struck(character: str, text: str) -> int:
    """How often a key is struck in a text; of a letter in either case, of a capital as such."""
    return text.count(character) + (text.count(character.upper()) if character.islower() else 0)

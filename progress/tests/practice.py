"""Days of practice and what became of them, made without typing."""

from datetime import date

from progress.keystrokes.skill import KeySums, Mean, Skill
from progress.models import DailyStat

WEEK = date(2026, 11, 9)


def practise(user, day, *, minutes=10.0, cpm=150.0, accuracy=96.0, layout="ru-jcuken", sessions=3):
    characters = round(minutes * cpm)
    return DailyStat.objects.create(
        user=user,
        date=day,
        layout=layout,
        sessions=sessions,
        characters=characters,
        duration_ms=round(minutes * 60_000),
        accuracy_sum=accuracy * characters,
        best_cpm=cpm,
    )


def skill(*, pair="", slow=0.0) -> Skill:
    """Every letter at 300 ms, and one pair slower by `slow` (logs)."""
    known = Skill(speed=Mean(1000, 1000 * 5.7))
    for letter in "абвгдеопрст":
        known.keys[letter] = KeySums(Mean(400, 4), Mean(400, 0))
    if pair:
        known.pairs[pair] = Mean(200, 200 * slow)
    return known

"""Prints twenty drills a language, each with the learner it is for: `python -m bench.drills [--check]`.

They stand in docs/coach.md, to be read aloud; `--check` fails when those are no longer what is made;
`--time` tells instead how long a hundred texts of 300 characters take.
"""

import argparse
import time
from pathlib import Path

from lessons.content_files import content
from lessons.course_files import read_course
from lessons.text_maker import Made, Wish, make_text, warm_up

HEADING = "## Twenty drills\n"
DOCUMENT = Path(__file__).parent.parent / "docs" / "coach.md"
LEARNERS = {
    "ru": (
        ("урок 1, новые буквы", 1, {"а": 1.0, "о": 1.0}),
        ("урок 3, слова из четырёх букв", 3, {"в": 1.0}),
        ("урок 6, «ф» мимо", 6, {"ф": 3.0}),
        ("урок 6, «ф» и четыре частые", 6, {"ф": 3.0, "о": 2.0, "а": 2.0, "в": 1.0, "л": 1.0}),
        ("урок 13, «у» и «к»", 13, {"у": 2.0, "к": 1.0}),
        ("урок 28, «ъ»", 28, {"ъ": 2.0}),
        ("урок 28, «ё» и «щ»", 28, {"ё": 2.0, "щ": 1.0}),
        ("вся азбука, пять частых", 30, dict.fromkeys("оеаин", 1.0)),
        ("вся азбука, пары «пр» и «ст»", 30, {"пр": 2.0, "ст": 1.0}),
        ("вся азбука, «ц», «э» и пара «ен»", 30, {"ц": 2.0, "э": 1.5, "ен": 1.0}),
        ("прописные без точки: «Ф», «А»", 31, {"Ф": 2.0, "А": 1.0}),
        ("прописные: «Н», «О», «Р»", 33, {"Р": 2.0, "Н": 1.0, "О": 1.0}),
        ("запятая", 37, {",": 2.0}),
        ("дефис", 38, {"-": 2.0}),
        ("вопрос и восклицание", 39, {"?": 2.0, "!": 1.0}),
        ("двоеточие и точка с запятой", 40, {":": 2.0, ";": 1.0}),
        ("кавычки и скобки", 43, {'"': 2.0, "(": 1.0, ")": 1.0}),
        ("цифры 4 и 7", 45, {"4": 2.0, "7": 1.0}),
        ("разминка", 30, ("warm up",)),
        ("проза", 65, ("sentences",)),
    ),
    "en": (
        ("lesson 1, new letters", 1, {"f": 1.0, "j": 1.0}),
        ("lesson 5, a and semicolon", 5, {"a": 1.0, ";": 1.0}),
        ("lesson 6, g and h", 6, {"g": 2.0, "h": 1.0}),
        ("lesson 9, i missed", 9, {"i": 2.0, "e": 1.0}),
        ("lesson 18, w", 18, {"w": 2.0}),
        ("lesson 23, v and b", 23, {"v": 2.0, "b": 1.0}),
        ("lesson 25, x and q", 25, {"q": 2.0, "x": 1.0}),
        ("lesson 27, the apostrophe", 27, {"'": 2.0}),
        ("all letters, five frequent ones", 30, dict.fromkeys("etaon", 1.0)),
        ("all letters, the pairs th and er", 30, {"th": 2.0, "er": 1.0}),
        ("all letters, z, j and the pair ou", 30, {"z": 2.0, "j": 1.5, "ou": 1.0}),
        ("capitals of the left hand: S, A", 31, {"S": 2.0, "A": 1.0}),
        ("capitals: M, P", 36, {"P": 2.0, "M": 1.0}),
        ("the comma", 37, {",": 2.0}),
        ("the hyphen", 38, {"-": 2.0}),
        ("question and exclamation marks", 39, {"?": 2.0, "!": 1.0}),
        ("quotes and brackets", 43, {'"': 2.0, "(": 1.0, ")": 1.0}),
        ("digits 4 and 7, dollars and per cent", 51, {"4": 2.0, "7": 1.0, "$": 1.0, "%": 1.0}),
        ("a warm-up", 30, ("warm up",)),
        ("prose", 65, ("sentences",)),
    ),
}


ALPHABETS = {"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "en": "abcdefghijklmnopqrstuvwxyz"}
MEASURED = {
    "ru": ([], ["ф"], ["ф", "о", "пр"], list("оеаин")),
    "en": ([], ["q"], ["q", "e", "th"], list("etaon")),
}


def took(language: str, letters: str, weak: list[str]) -> float:
    """Processor seconds for a hundred texts."""
    began = time.process_time()
    for seed in range(100):
        wished = Wish(
            language=language,
            letters=frozenset(letters),
            weak=dict.fromkeys(weak, 1.0),
            length=300,
            seed=seed,
        )
        make_text(wished)
    return time.process_time() - began


def made_for(language: str, lesson: int, weak: dict[str, float] | tuple[str], seed: int) -> Made:
    plan = read_course(content(language, "course.toml"))
    letters = frozenset("".join(one.new_characters for one in plan.lessons if one.number <= lesson))
    if weak == ("warm up",):
        return warm_up(language, letters, seed=seed)
    if weak == ("sentences",):
        return make_text(Wish(language=language, letters=letters, kind="sentences", seed=seed))
    return make_text(Wish(language=language, letters=letters, weak=weak, seed=seed))


def document() -> str:
    """The part of docs/coach.md."""
    parts = [
        HEADING,
        "\nMade by `python -m bench.drills`; after each title, how often every weak item is struck and, in\n",
    ]
    parts.append("brackets, how often it would be in ordinary text of this length.\n")
    for language, learners in LEARNERS.items():
        parts.append(f"\n### {'По-русски' if language == 'ru' else 'In English'}\n")
        for seed, (title, lesson, weak) in enumerate(learners, 1):
            made = made_for(language, lesson, weak, seed)
            struck = "".join(f", `{one.item}` {one.strikes} ({one.usual:.1f})" for one in made.items)
            parts.append(f"\n{seed}. {title}{struck}\n\n```\n{made.text}\n```\n")
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with docs/coach.md")
    parser.add_argument("--time", action="store_true", help="how long a hundred texts of 300 characters take")
    asked = parser.parse_args()
    if asked.time:
        for language, letters in ALPHABETS.items():
            for weak in MEASURED[language]:
                print(f"{language} {' '.join(weak)}: {took(language, letters, weak):.2f} s")
    elif not asked.check:
        print(document(), end="")
    elif document() not in DOCUMENT.read_text("utf-8"):
        raise SystemExit("docs/coach.md has other drills; print them with python -m bench.drills")


if __name__ == "__main__":
    main()

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from lessons.checks import RECENT_LESSONS, RECENT_STRIKES, check_text, least_strikes
from lessons.course_files import joined, texts_in
from lessons.keyboards import layout
from lessons.unfit import unfit_words
from lessons.variations import struck
from lessons.words import frequent

from .prose import sentence_problems

CONTENT = Path(__file__).parent.parent / "content"
COURSES = ("ru", "en")


@cache
def plan(slug):
    return tomllib.loads((CONTENT / slug / "course.toml").read_text("utf-8"))


def alphabet(slug, number):
    return "".join(lesson["new"] for lesson in plan(slug)["lesson"] if lesson["number"] <= number)


@cache
def bodies(slug, number):
    """The texts of a lesson, the one of a first run first."""
    path = CONTENT / slug / f"{number:03}.txt"
    return texts_in(path.read_text("utf-8")) if path.exists() else ()


def every_lesson(test):
    cases = [(slug, lesson) for slug in COURSES for lesson in plan(slug)["lesson"]]
    ids = [f"{slug}-{lesson['number']}" for slug, lesson in cases]
    return pytest.mark.parametrize(("slug", "lesson"), cases, ids=ids)(test)


def whole(slug):
    return [body for lesson in plan(slug)["lesson"] for body in bodies(slug, lesson["number"])]


@pytest.mark.parametrize("slug", COURSES)
def test_a_course_has_lessons_1_to_99_in_its_blocks_in_order(slug):
    course = plan(slug)
    assert [lesson["number"] for lesson in course["lesson"]] == list(range(1, 100))
    blocks = [block["code"] for block in course["block"]]
    assert blocks == list("ABCDEFGHIJKL")
    walked = [lesson["block"] for lesson in course["lesson"]]
    assert walked == sorted(walked)
    assert set(walked) == set(blocks)
    assert course["language"] == layout(course["layout"]).language


@pytest.mark.parametrize("slug", COURSES)
def test_the_first_fifteen_lessons_are_free(slug):
    assert [lesson["number"] for lesson in plan(slug)["lesson"] if lesson["free"]] == list(range(1, 16))


@pytest.mark.parametrize("slug", COURSES)
def test_every_character_of_the_layout_is_taught_once(slug):
    taught = alphabet(slug, 99)
    keys = (key for row in layout(plan(slug)["layout"]).rows for key in row)
    assert sorted(taught) == sorted({char for key in keys for char in key.base + key.shift} - {" "})


@pytest.mark.parametrize("slug", COURSES)
def test_every_lesson_has_a_title_a_goal_and_a_target(slug):
    lessons = plan(slug)["lesson"]
    for lesson in lessons:
        assert lesson["kind"] in {"keys", "words", "text", "test"}
        assert lesson["kind"] != "keys" or lesson["new"]
        assert 0 < lesson["target_cpm"] <= 300
        assert 90 <= lesson["accuracy"] <= 98
        for language in ("ru", "en"):
            assert 1 < len(lesson[f"title_{language}"]) <= 60
            assert re.fullmatch(r"\S.{20,118}[.!]", lesson[f"goal_{language}"])
            assert "  " not in lesson[f"goal_{language}"]
    for language in ("ru", "en"):
        titles = [lesson[f"title_{language}"] for lesson in lessons]
        assert len(titles) == len(set(titles))


@pytest.mark.parametrize("slug", COURSES)
def test_every_lesson_has_a_tip_of_its_own(slug):
    for language in ("ru", "en"):
        tips = [lesson[f"tip_{language}"] for lesson in plan(slug)["lesson"]]
        assert [tip for tip, times in Counter(tips).items() if times > 1] == []
        assert [tip for tip in tips if not re.fullmatch(r"(?!.*  )\S.{20,108}[.!]", tip)] == []
        assert [tip for tip in tips if re.search(r"\b(ты|тебя|тебе|твой)\b|[.!?] [A-ZА-ЯЁ]", tip)] == []


FINGERS = {
    "ru": {"index": "указательн", "middle": "средн", "ring": "безымянн", "little": "мизин"},
    "en": {"index": "index", "middle": "middle", "ring": "ring", "little": "little"},
}
HANDS = {"ru": {"left": "лев", "right": "прав"}, "en": {"left": "left", "right": "right"}}


def strokes(slug, lesson):
    """The (hand, finger) pairs that strike the new characters of a lesson, Shift's little finger with them."""
    used = set()
    for key in (key for row in layout(plan(slug)["layout"]).rows for key in row):
        if set(key.base + key.shift) & set(lesson["new"]):
            used.add((key.hand, key.finger.removeprefix(f"{key.hand}-")))
        if set(key.shift) & set(lesson["new"]):
            used.add(("left" if key.hand == "right" else "right", "little"))
    return used


@pytest.mark.parametrize("slug", COURSES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_tip_of_a_lesson_with_new_keys_names_their_fingers_and_hands(slug, language):
    fingers, hands = FINGERS[language], HANDS[language]
    wrong = []
    for lesson in (lesson for lesson in plan(slug)["lesson"] if lesson["new"]):
        tip, used = lesson[f"tip_{language}"].lower(), strokes(slug, lesson)
        named = {finger for finger, stem in fingers.items() if re.search(rf"\b{stem}", tip)}
        pairs = {
            (hand, finger)
            for hand, side in hands.items()
            for finger, stem in fingers.items()
            if re.search(rf"\b{side}\w* {stem}", tip)
        }
        if not named <= {finger for _, finger in used} or not pairs <= used:
            wrong.append((lesson["number"], tip, used))
    assert wrong == []


@pytest.mark.parametrize("slug", COURSES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_backspace_is_taught_where_mistakes_are_erased(slug, language):
    """All other lessons wait for the right key, and nothing wrong stands there."""
    lessons = plan(slug)["lesson"]
    telling = {
        lesson["number"]
        for lesson in lessons
        if "Backspace" in f"{lesson[f'goal_{language}']} {lesson[f'tip_{language}']}"
    }
    free = [lesson["number"] for lesson in lessons if lesson.get("mode") == "free"]
    assert free[0] in telling and telling <= set(free)


MINUTES = {"three": 3, "four": 4, "five": 5, "три": 3, "четыре": 4, "пять": 5, "пяти": 5}
PROMISE = re.compile(rf"(over |больше )?\b({'|'.join(MINUTES)}) (?:минут|minutes)")


@pytest.mark.parametrize("slug", COURSES)
def test_a_lesson_takes_the_minutes_it_promises(slug):
    """At its target speed, within half a minute; longer by no more than that where it says "over"."""
    promised = set()
    for lesson in plan(slug)["lesson"]:
        for key in ("title_ru", "title_en", "goal_ru", "goal_en"):
            if said := PROMISE.search(lesson[key].lower()):
                promised.add(lesson["number"])
                over = lesson["length"] / lesson["target_cpm"] - MINUTES[said[2]]
                assert (0 < over <= 0.5) if said[1] else abs(over) <= 0.2
    assert promised == {81, 95, 96, 97, 99}


TEXTS = {"keys": (1, 1), "words": (3, 5), "text": (3, 5), "test": (3, 3)}
"""Texts of a lesson, at least and at most; those of new keys are varied."""


@every_lesson
def test_a_lesson_has_texts_enough(slug, lesson):
    least, most = TEXTS[lesson["kind"]]
    assert least <= len(bodies(slug, lesson["number"])) <= most


@pytest.mark.parametrize("slug", COURSES)
def test_a_course_has_enough_to_type(slug):
    assert sum(map(len, whole(slug))) >= 150_000


@pytest.mark.parametrize("slug", COURSES)
def test_no_line_stands_twice_in_a_course(slug):
    lines = [line for body in whole(slug) for line in body.splitlines()]
    assert [line for line, times in Counter(lines).items() if times > 1] == []


@pytest.mark.parametrize("slug", COURSES)
def test_the_course_trains_the_frequent_bigrams(slug):
    """Of the language's 300 most frequent bigrams (words weighted by 1/rank, Zipf) at least 99 % occur."""
    weights = Counter()
    for rank, word in enumerate(frequent(slug), start=1):
        for pair in pairwise(word):
            weights["".join(pair)] += 1 / rank
    common = {bigram for bigram, _ in weights.most_common(300)}
    typed = " ".join(whole(slug)).lower()
    assert len({bigram for bigram in common if bigram in typed}) >= 0.99 * len(common)


@pytest.mark.parametrize("slug", COURSES)
def test_no_text_without_a_lesson(slug):
    names = {f"{number:03}.txt" for number in range(1, 100)}
    assert {path.name for path in (CONTENT / slug).iterdir()} <= names | {"course.toml"}


def problems(slug, lesson, text):
    return check_text(
        text,
        alphabet=alphabet(slug, lesson["number"]),
        new=lesson["new"] if lesson["kind"] == "keys" else "",
        length=lesson["length"],
        layout=layout(plan(slug)["layout"]),
    )


@every_lesson
def test_the_texts_of_a_lesson_pass_the_checks(slug, lesson):
    written = (CONTENT / slug / f"{lesson['number']:03}.txt").read_text("utf-8")
    found = bodies(slug, lesson["number"])
    assert written == joined(found) + "\n" and written == unicodedata.normalize("NFC", written)
    assert [problem for body in found for problem in problems(slug, lesson, body)] == []


@pytest.mark.parametrize("slug", COURSES)
@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("repeated_line", lambda lines: [*lines[:-1], lines[0]]),
        ("word_thrice", lambda lines: [f"{lines[0].split()[0]} " * 2 + lines[0], *lines[1:]]),
        ("edge_space", lambda lines: [lines[0] + " ", *lines[1:]]),
        ("lines", lambda lines: [*lines, "", lines[0]]),
        ("length", lambda lines: lines[1:]),
        ("untypeable", lambda lines: [lines[0][:-1] + "—", *lines[1:]]),
        ("untaught", lambda lines: [lines[0][:-1] + "7", *lines[1:]]),
        ("new_share", lambda lines: [re.sub("[енei]", " ", line) for line in lines]),
    ],
)
def test_a_spoiled_lesson_is_found(slug, code, spoil):
    lesson = plan(slug)["lesson"][8]
    lines = bodies(slug, 9)[0].splitlines()
    assert code in {problem.code for problem in problems(slug, lesson, "\n".join(spoil(lines)))}


READ_ALOUD = re.compile(r"\| (\d+) \| (.+?) \| (.+?)( …)? \|")


@pytest.mark.parametrize(("slug", "heading"), [("ru", "| Russian |"), ("en", "| English |")])
def test_the_lessons_read_aloud_begin_as_the_document_quotes_them(slug, heading):
    document = (CONTENT.parents[1] / "docs" / "curriculum.md").read_text("utf-8")
    table = document.split(heading)[-1].split("\n\n")[0]
    quoted = [row.groups() for row in map(READ_ALOUD.fullmatch, table.splitlines()) if row]
    assert len(quoted) == 10
    titles = {str(lesson["number"]): lesson[f"title_{slug}"] for lesson in plan(slug)["lesson"]}
    for number, title, line, cut in quoted:
        first = bodies(slug, int(number))[0].splitlines()[0]
        assert titles[number] == title
        assert first.startswith(line) if cut else first == line


FIRST_PROSE = 34


def is_prose(lesson):
    """Whether a lesson is of whole sentences; `prose = false` marks those of words, numbers or code."""
    return (
        lesson["number"] >= FIRST_PROSE and lesson["kind"] in {"text", "test"} and lesson.get("prose", True)
    )


@every_lesson
def test_sentences_begin_with_a_capital_and_end_with_a_stop(slug, lesson):
    if is_prose(lesson):
        found = bodies(slug, lesson["number"])
        assert [problem for body in found for problem in sentence_problems(body)] == []


@pytest.mark.parametrize("slug", COURSES)
def test_most_texts_after_the_capitals_are_prose(slug):
    lessons = plan(slug)["lesson"]
    assert len([lesson for lesson in lessons if is_prose(lesson)]) >= 30
    marked = [lesson for lesson in lessons if "prose" in lesson]
    assert all(lesson["kind"] in {"text", "test"} and lesson["prose"] is False for lesson in marked)


@every_lesson
def test_every_word_is_fit_for_a_classroom(slug, lesson):
    wordings = [
        lesson[f"{name}_{language}"] for name in ("title", "goal", "tip") for language in ("ru", "en")
    ]
    assert unfit_words(" ".join([*bodies(slug, lesson["number"]), *wordings])) == set()


@every_lesson
def test_a_lesson_strikes_its_new_characters_often_enough(slug, lesson):
    for body in bodies(slug, lesson["number"]):
        assert {
            one: struck(one, body) for one in lesson["new"] if struck(one, body) < least_strikes(one)
        } == {}


WINDOW = 10
"""Lessons in which every key comes at least once."""


def forgotten(lessons, first_texts, all_texts):
    """Where a character does not come back in time, as (lesson, character): in each of the five lessons after its own
    three times, and once in any ten after those; a capital once in any ten after its own, in whatever text."""
    found = []
    last = max(first_texts)
    for lesson in lessons:
        number = lesson["number"]
        for one in lesson["new"]:
            is_capital = one.isupper()
            if is_capital and one in "ЪЫЬ":
                continue
            soon = range(number + 1, min(number + RECENT_LESSONS, last) + 1)
            texts = all_texts if is_capital else first_texts
            if not is_capital:
                found += [(place, one) for place in soon if struck(one, texts[place]) < RECENT_STRIKES]
            begin = number + 1 if is_capital else number + RECENT_LESSONS + 1
            for place in range(begin, last - WINDOW + 2):
                if not any(struck(one, texts[near]) for near in range(place, place + WINDOW)):
                    found.append((place, one))
    return found


def struck_texts(slug):
    numbers = [lesson["number"] for lesson in plan(slug)["lesson"]]
    return {n: bodies(slug, n)[0] for n in numbers}, {n: " ".join(bodies(slug, n)) for n in numbers}


@pytest.mark.parametrize("slug", COURSES)
def test_nothing_taught_is_forgotten(slug):
    assert forgotten(plan(slug)["lesson"], *struck_texts(slug)) == []


@pytest.mark.parametrize(
    ("slug", "key", "place"), [("ru", "ъ", 40), ("en", "j", 8), ("ru", "7", 60), ("en", "(", 70)]
)
def test_a_key_left_out_is_found(slug, key, place):
    first, every = struck_texts(slug)
    for number in range(place, place + WINDOW):
        first[number] = first[number].replace(key, "").replace(key.upper(), "")
    assert (place, key) in forgotten(plan(slug)["lesson"], first, every)


BANDS = {
    58: (1, 50, 1.0, 1.0),
    59: (51, 200, 2 / 3, 1 / 3),
    60: (201, 500, 2 / 3, 1 / 3),
    61: (501, 1000, 2 / 3, 1 / 3),
    64: (1, 500, 0.9, 0.9),
}
"""Lessons of frequent words: the first and the last place of their band in the list, the least share of a text's words
that are of the band or more frequent, and the least share in the band itself."""


def shares_of_band(listed, band, text):
    """Of the running words of a text, as they stand in the list: how many are not rarer than a band, how many in it."""
    first, last = band
    typed = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower())
    known, within = set(listed[:last]), set(listed[first - 1 : last])
    return tuple(sum(word in some for word in typed) / len(typed) for some in (known, within))


def off_band(slug, number, texts):
    """The texts, counted from 1, with too few words of the band their lesson promises, and their shares."""
    first, last, *least = BANDS[number]
    shares = {
        place: shares_of_band(frequent(slug), (first, last), text) for place, text in enumerate(texts, 1)
    }
    return {
        place: found
        for place, found in shares.items()
        if any(share < wanted for share, wanted in zip(found, least, strict=True))
    }


@pytest.mark.parametrize("slug", COURSES)
@pytest.mark.parametrize("number", BANDS)
def test_a_lesson_of_frequent_words_keeps_its_band(slug, number):
    texts = bodies(slug, number)
    assert off_band(slug, number, texts) == {}
    rare = frequent(slug)[-1]
    spoiled = [" ".join([text, *[rare] * len(text.split())]) for text in texts]
    assert set(off_band(slug, number, spoiled)) == set(range(1, len(texts) + 1))


@pytest.mark.parametrize("slug", COURSES)
@pytest.mark.parametrize("number", [59, 60, 61])
def test_words_more_frequent_than_a_band_do_not_fill_it(slug, number):
    assert set(off_band(slug, number, bodies(slug, 58))) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(("language", "number", "least"), [("ru", 5, 50), ("en", 6, 40), ("en", 9, 100)])
def test_the_first_lessons_have_words(language, number, least):
    letters = set(alphabet(language, number))
    assert sum(set(word) <= letters for word in frequent(language)) >= least

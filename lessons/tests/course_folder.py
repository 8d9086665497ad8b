"""A small course in files for the tests: two blocks, three lessons, the third without a text."""

from pathlib import Path

COURSE = """
slug = "mini"
language = "en"
layout = "en-qwerty"
title_ru = "Малый курс"
title_en = "Small course"

[[block]]
code = "A"
title_ru = "Основной ряд"
title_en = "Home row"

[[block]]
code = "B"
title_ru = "Дальше"
title_en = "Further"
"""

LESSON = """
[[lesson]]
number = {number}
block = "{block}"
title_ru = "Урок {new}"
title_en = "Lesson {new}"
goal_ru = "Находим клавиши."
goal_en = "Find the keys."
tip_ru = "Не спешите."
tip_en = "Take your time."
kind = "keys"
new = "{new}"
target_cpm = 50
accuracy = 92
length = {length}
free = {free}
"""

TEXTS = {1: "fj jf ff jj\nfff jjj ffj", 2: "dk kd dd kk\nfd jk dkf"}


def write_course(folder: Path) -> Path:
    """Writes the files and returns the path of course.toml."""
    lessons = [(1, "A", "fj", "true"), (2, "A", "dk", "true"), (3, "B", "sl", "false")]
    tables = [
        LESSON.format(number=number, block=block, new=new, length=len(TEXTS.get(number, "x" * 20)), free=free)
        for number, block, new, free in lessons
    ]
    path = folder / "course.toml"
    path.write_text(COURSE + "".join(tables), "utf-8")
    for number, text in TEXTS.items():
        write_text(folder, number, text)
    return path


def write_text(folder: Path, number: int, text: str) -> None:
    (folder / f"{number:03}.txt").write_text(text + "\n", "utf-8")

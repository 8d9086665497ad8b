"""What the texts of the courses are held to as prose: whole sentences."""

import re

BEGINS = re.compile(r"""["'(\[ -]*[A-ZА-ЯЁ0-9]""")
ENDS = re.compile(r"""[.?!…]["')\]]*$""")
BREAKS_OFF = re.compile(r"""[^\W\d_]{5,}[.]["')]* (?=[a-zа-яё])""")


def sentence_problems(text: str) -> list[tuple[str, int]]:
    """What is wrong and in which line, from 1: "start", "end", or "middle", a small letter after a full stop.

    A number may begin a sentence. Short words before a full stop are abbreviations (руб., a.m.).
    """
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not BEGINS.match(line):
            problems.append(("start", number))
        if not ENDS.search(line):
            problems.append(("end", number))
        if BREAKS_OFF.search(line):
            problems.append(("middle", number))
    return problems

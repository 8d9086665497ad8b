"""What the checks of a typing text find, in words and on the text itself."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .checks import Problem
from .course_files import LONGEST_TEXT, MOST_FURTHER, texts_in

BLOCKING = frozenset({"untypeable", "untaught"})


def is_blocking(problem: Problem) -> bool:
    """Whether a lesson with this problem must not be published: a learner could not type it as taught."""
    return problem.code in BLOCKING


def describe(problem: Problem, text: int = 1) -> str:
    """A sentence that says what is wrong, in the reader's language; in which text of a lesson, if not in the first."""
    if text == 1:
        return _sentence(problem)
    return _("Text %(number)s: %(problem)s") % {"number": text, "problem": _sentence(problem)}


def _sentence(problem: Problem) -> str:
    params = dict(problem.params)
    if "characters" in params:
        params["characters"] = _apart(str(params["characters"]))
    match problem.code:
        case "untypeable":
            wording = _("The keyboard layout has no key for: %(characters)s")
        case "untaught":
            wording = _("Not taught yet: %(characters)s")
        case "length":
            wording = ngettext(
                "The text has %(actual)s character; %(planned)s are planned.",
                "The text has %(actual)s characters; %(planned)s are planned.",
                int(problem.params["actual"]),
            )
        case "new_share":
            wording = _(
                "New characters make up %(share)s%% of the text; at least %(least)s%% lets them sink in."
            )
        case "lines" if not problem.params["count"]:
            wording = _("There is no text yet.")
        case "lines":
            wording = ngettext(
                "The text has %(count)s line; a lesson has at most %(most)s.",
                "The text has %(count)s lines; a lesson has at most %(most)s.",
                int(problem.params["count"]),
            )
        case "edge_space":
            wording = _("Line %(line)s is empty or has an extra space.")
        case "repeated_line":
            wording = _("Line %(line)s repeats an earlier one.")
        case "word_thrice":
            wording = _("Line %(line)s: “%(word)s” appears three times in a row.")
        case code:
            raise ValueError(code)
    return wording % params


def _apart(characters: str) -> str:
    """The characters apart from each other, those without a shape by their code point."""
    return " ".join(
        char if char.isprintable() and not char.isspace() else f"U+{ord(char):04X}" for char in characters
    )


@dataclass(frozen=True)
class Span:
    """Characters in a row that are all wrong, or all right, at this place of a lesson."""

    text: str
    is_wrong: bool


def spans(body: str, wrong: Collection[str]) -> list[list[Span]]:
    """The lines of `body`, each cut where characters of `wrong` begin and end."""
    return [
        [Span("".join(run), is_wrong) for is_wrong, run in groupby(line, lambda char: char in wrong)]
        for line in body.split("\n")
    ]


def validate_further_texts(body: str) -> None:
    """Raises ValidationError for more than a cell of a table holds, a text longer than a first one may be, or control
    characters."""
    if len(body) > MOST_FURTHER:
        raise ValidationError(
            _("All further texts together may have %(most)s characters.") % {"most": MOST_FURTHER}
        )
    if max(map(len, texts_in(body)), default=0) > LONGEST_TEXT:
        raise ValidationError(_("A text may have %(most)s characters.") % {"most": LONGEST_TEXT})
    if any(unicodedata.category(one) == "Cc" and one not in "\r\n\t" for one in body):
        raise ValidationError(_("There is a control character in the texts."))

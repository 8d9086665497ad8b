"""Says which modules and functions are too long to be read at one go: `python -m tests.sizes`."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent
NOT_OURS: Final = {"node_modules", "var", "djstripe"}
"""Folders, beside the hidden ones; djstripe holds the tables of another package as a program wrote them."""
MOST_LINES: Final = {".py": 400, ".js": 200}
"""Of a module; of JavaScript, only what the browser gets counts."""
LISTS: Final = {Path("typingtrainer/settings.py")}
"""One file by design, a list from top to bottom."""
MOST_LINES_OF_FUNCTION: Final = 50
"""Outside migrations, which are lists."""


class TooLong(NamedTuple):
    path: Path
    line: int
    what: str
    lines: int
    most: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what} of {self.lines} lines, {self.most} at most"


def main() -> int:
    found = list(too_long(ROOT))
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def too_long(root: Path) -> Iterator[TooLong]:
    """What exceeds its measure below `root`, with paths from there."""
    for path in modules(root):
        text, shown = path.read_text(), path.relative_to(root)
        most, lines = MOST_LINES[path.suffix], len(text.splitlines())
        if lines > most and shown not in LISTS:
            yield TooLong(shown, 1, "a module", lines, most)
        if path.suffix == ".py" and path.parent.name != "migrations":
            yield from long_functions(text, shown)


def modules(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        folders = path.relative_to(root).parts[:-1]
        is_ours = not any(folder in NOT_OURS or folder.startswith(".") for folder in folders)
        if is_ours and (path.suffix == ".py" or (path.suffix == ".js" and folders[:1] == ("static",))):
            yield path


def long_functions(text: str, shown: Path) -> Iterator[TooLong]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES_OF_FUNCTION:
                yield TooLong(shown, node.lineno, f"{node.name}()", lines, MOST_LINES_OF_FUNCTION)


if __name__ == "__main__":
    sys.exit(main())

"""Where the files lie that say what there is to type: courses, words, layouts, keyboards. Without Django."""

from pathlib import Path

CONTENT = Path(__file__).parent / "content"


def content(*names: str) -> Path:
    """A file or folder of the content, by its path in it."""
    return CONTENT.joinpath(*names)

"""The typeface of pictures and paper."""

from pathlib import Path
from typing import Final

FONT: Final = Path(__file__).parent / "fonts" / "jetbrains-mono.ttf"

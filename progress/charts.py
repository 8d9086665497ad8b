"""Figures as SVG coordinates."""

from collections.abc import Sequence


def polyline(values: Sequence[float], *, width: float, height: float) -> str:
    """The `points` of a polyline: values evenly spaced over `width`, 0 at the bottom, the highest at the top."""
    if len(values) < 2:
        return ""
    top = max(values) or 1
    step = width / (len(values) - 1)
    return " ".join(f"{i * step:.1f},{height - value / top * height:.1f}" for i, value in enumerate(values))

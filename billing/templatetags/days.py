from datetime import datetime

from django import template

from billing.wording import day

register = template.Library()


@register.filter(name="day")
def day_filter(when: datetime | None) -> str:
    """A day within a sentence: «28 декабря 2026», without the «г.» that would double its full stop."""
    return day(when) if when else ""

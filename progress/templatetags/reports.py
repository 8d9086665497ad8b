"""A weekly report in words."""

from django import template

from progress import wording

register = template.Library()
register.filter("day", wording.recent_day)
register.filter("curve", wording.curve_summary)
register.filter("sentence", wording.advice_sentence)

"""The rows of a history in words."""

from django import template

from progress import wording

register = template.Library()
register.filter(wording.unranked)
register.filter(wording.clock)

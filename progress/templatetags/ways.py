"""The way to a lesson: `{{ lesson|way_to }}`."""

from django import template

from progress.exercises.access import way_to

register = template.Library()
register.filter(way_to)

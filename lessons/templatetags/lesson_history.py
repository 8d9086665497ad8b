from django import template

from lessons.history import changes_in

register = template.Library()
register.filter("changes", changes_in)

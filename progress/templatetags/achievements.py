"""How far one is: `{{ one|reached:unit }}`."""

from django import template

from progress.figures.shelf import Shown

register = template.Library()
register.filter("reached", Shown.progress)

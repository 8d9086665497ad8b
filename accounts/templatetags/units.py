"""Speeds in the learner's unit: `{{ session.cpm|speed:unit }} {{ unit|unit_label }}`."""

from django import template

from accounts import units

register = template.Library()
register.filter(units.speed)
register.filter(units.exact_speed)
register.filter(units.accuracy)
register.filter(units.unit_label)
register.simple_tag(units.percent_sign)

"""Moments in mails and on pages that are read without signing in: `{% load moments %}{{ when|moment_of:user }}`."""

from datetime import datetime

from django import template

from accounts.models import User
from accounts.time_zones import moment_in

register = template.Library()


@register.filter
def moment_of(when: datetime, user: User) -> str:
    """By the learner's own clock, saying which that is."""
    return moment_in(user.timezone, when)

"""A learner's picture: `{% load avatars %}{% avatar user 64 %}`."""

from typing import Any

from django import template

from accounts.models import User
from accounts.names import initials_of

register = template.Library()


@register.inclusion_tag("accounts/_avatar.html")
def avatar(user: User, size: int) -> dict[str, Any]:
    """Her picture as files of `size` have it, or her initials; said by what stands beside it."""
    return {
        "name": user.avatar,
        "size": size,
        "initials": initials_of(user.name or user.email or ""),
    }

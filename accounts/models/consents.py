from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .users import User


class Consent(models.Model):
    """What a learner answered when asked for one use of her data; the newest answer of a kind holds.

    Answers are only added. The database refuses to change one, or to delete one while its account is there.
    """

    class Kind(models.TextChoices):
        ANALYTICS = "analytics", _("Statistics of use")
        MARKETING = "marketing", _("News by email")
        RESEARCH = "research", _("Research")

    class Place(models.TextChoices):
        """Where she answered."""

        QUESTION = "question", _("when asked")
        SETTINGS = "settings", _("in the settings")
        API = "api", _("through the API")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    is_given = models.BooleanField()
    version = models.PositiveSmallIntegerField()
    """Of the text she read."""
    place = models.CharField(max_length=8, choices=Place.choices)
    answered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-answered_at", "-pk"]

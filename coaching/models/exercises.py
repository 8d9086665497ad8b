"""Exercises made for one learner."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coaching.models.plans import Plan
from lessons.languages import of_layout
from lessons.models import Lesson, TypingText
from lessons.text_maker import Richest, richest
from lessons.text_pieces import STOPS


def without_sentences(richest: Richest) -> str:
    """What prose is called where one knows too few letters for sentences."""
    return gettext("Groups of letters") if richest == "groups" else gettext("Words")


class Drill(models.Model):
    """An exercise made for one learner, to be typed as often as she likes.

    One of a `plan` has a `place` in it, from 1. `items` says what it practises: the weak keys and pairs, each with its
    strikes in the text and its cost in s per 1,000 characters when the text was made, None where too little was known.
    `lesson` is the one it was made after, or of, to which it leads back; `origin` a page it was asked on.
    """

    class Kind(models.TextChoices):
        WEAK = "weak", _("Drill")
        WARM_UP = "warm-up", _("Warm-up")
        TARGETED = "targeted", _("Drill")
        GROUPS = "groups", _("Two keys")
        BURST = "burst", _("As fast as you can")
        PROSE = "prose", _("Prose")
        VARIATION = "variation", _("The lesson in other words")
        REVIEW = "review", _("Review")
        TOPIC = "topic", _("A text on a topic")

    class Origin(models.TextChoices):
        """A page that leads to drills and to which they lead back, by the name of its URL."""

        DASHBOARD = "progress:dashboard", _("Back to your progress")
        HOME = "home", _("Back to the front page")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drills")
    text = models.ForeignKey(TypingText, models.PROTECT, related_name="drills")
    layout = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.WEAK, db_default=Kind.WEAK)
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="exercises")
    place = models.PositiveSmallIntegerField(null=True)
    lesson = models.ForeignKey(Lesson, models.SET_NULL, null=True, related_name="+")
    origin = models.CharField(max_length=20, choices=Origin.choices, blank=True, db_default="")
    items = models.JSONField(default=list, db_default=[])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "text"], name="drill_unique"),
            models.UniqueConstraint(fields=["plan", "place"], name="drill_place_unique"),
            models.CheckConstraint(
                condition=models.Q(plan=None, place=None) | models.Q(plan__isnull=False, place__isnull=False),
                name="drill_of_a_plan_has_a_place",
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)

    @property
    def practised(self) -> list[str]:
        """The weak keys and pairs it practises."""
        return [one["item"] for one in self.items]

    @property
    def name(self) -> str:
        """What it is called: prose without a sentence is words, or not even those; a review says of what."""
        if self.kind == Drill.Kind.REVIEW and self.lesson:
            return gettext("Review of lessons 1–%(number)s") % {"number": self.lesson.number}
        letters = frozenset(self.text.body)
        if self.kind == Drill.Kind.PROSE and not letters & set(STOPS):
            return without_sentences(richest(of_layout(self.layout).code, letters - {" ", "\n"}))
        return self.get_kind_display()

    @property
    def title(self) -> str:
        """Its name, in a plan with its place: "Warm-up, 1 of 4"."""
        if not self.plan:
            return self.name
        count = self.plan.exercises.count()
        return gettext("%(name)s, %(place)s of %(count)s") % {
            "name": self.name,
            "place": self.place,
            "count": count,
        }

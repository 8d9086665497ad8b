"""What a learner wants to be told by which channel, where it reaches her, and what she was told."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.encryption import EncryptedTextField

DAYS_OF_WEEK = tuple(range(7))
"""Monday is 0, as for `date.weekday`."""
REMINDER_HOUR = 18
"""When she is reminded who chose no hour."""


def every_day() -> list[int]:
    return list(DAYS_OF_WEEK)


class Channel(models.TextChoices):
    EMAIL = "email", pgettext_lazy("channel", "Email")
    PUSH = "push", _("Browser")
    SMS = "sms", _("Text message")


class NotificationChoice(models.Model):
    """That a learner wants to be told of one kind by one channel; without a row she does not."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="notification_choices"
    )
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=5, choices=Channel.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="notification_choice_unique")
        ]
        indexes = [models.Index(fields=["kind", "channel"], include=["user"], name="notification_wanted")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} by {self.channel}"


class ReminderTime(models.Model):
    """At which hour of her own clock, and on which days of the week, a learner is reminded to practice."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="reminder_time"
    )
    hour = models.PositiveSmallIntegerField(default=REMINDER_HOUR, db_default=REMINDER_HOUR)
    days = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    chosen_at = models.DateTimeField(null=True, editable=False)
    """When she chose to be reminded so: an hour that had passed by then comes on the next day."""

    def __str__(self) -> str:
        return f"{self.user_id}: {self.hour}:00"


class PushSubscription(models.Model):
    """A browser that shows what we tell: where its push service takes messages, and the keys only it can read them by.

    `endpoint` and keys are as RFC 8030 and RFC 8291 have them, the keys in base64url.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions")
    endpoint = EncryptedTextField()
    endpoint_sha256 = models.BinaryField(max_length=32, unique=True)
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.user_id}: a browser since {self.created_at:%Y-%m-%d}"


class PhoneNumber(models.Model):
    """Where text messages reach a learner, in the form of E.164: `+79161234567`.

    Nothing is sent to one before `confirmed_at` but the code that confirms it, which follows from `asked_at`.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="phone_number"
    )
    number = EncryptedTextField()
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id}: a phone"


class Notification(models.Model):
    """That a learner was told of something, so that she is told once; written in the transaction that sends.

    `about` says of what, such as a date; `place` which of several places of the channel got it, such as a browser.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="notifications"
    )
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    about = models.CharField(max_length=100)
    place = models.CharField(max_length=20, blank=True, db_default="")
    sent_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "channel", "about", "place"], name="notification_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.about} by {self.channel}"

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.choices import InterfaceLanguage, Keyboard, Unit
from accounts.emails import one_email
from accounts.time_zones import DEFAULT_TIMEZONE, validate_timezone


class UserManager(BaseUserManager["User"]):
    def of_email(self, email: str) -> models.QuerySet["User"]:
        """The one account with this email, however it is spelled, or none."""
        return self.alias(small=Lower("email")).filter(small=one_email(email))

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=one_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Her email counts as confirmed: who makes one here is trusted, and mail may not work yet."""
        with transaction.atomic():
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            addresses = user.emailaddress_set  # type: ignore[attr-defined]
            addresses.create(email=user.email, primary=True, verified=True)
        return user

    def create_guest(self, guest_id: uuid.UUID, *, now: datetime, **preferences: object) -> "User":
        guest = self.model(id=guest_id, email=None, last_seen=now, date_joined=now, **preferences)
        guest.set_unusable_password()
        guest.save(using=self._db, force_insert=True)
        return guest

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.of_email(username or "").get()


class User(AbstractBaseUser, PermissionsMixin):
    """A learner, an editor or anyone else who signs in by email; a guest has no email yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=InterfaceLanguage.choices, blank=True)
    layout = models.CharField(_("keyboard layout"), max_length=32, blank=True)
    keyboard = models.CharField(
        _("keyboard"), max_length=5, choices=Keyboard.choices, blank=True, db_default=""
    )
    unit = models.CharField(_("speed in"), max_length=3, choices=Unit.choices, blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=64, default=DEFAULT_TIMEZONE, validators=[validate_timezone]
    )
    goal_minutes = models.PositiveSmallIntegerField(_("daily goal"), default=0, db_default=0)
    """Minutes of practice a day; 0 for no goal."""
    view = models.JSONField(_("view"), default=dict, blank=True, db_default=Value({}, models.JSONField()))
    """How it looks, sounds and types: of `choices.VIEW` what is not as usual, by name."""
    board_name = models.CharField(_("name on the leaderboards"), max_length=30, blank=True, db_default="")
    """Empty for who is not on them."""
    avatar = models.CharField(max_length=32, blank=True, editable=False, db_default="")
    """The name of her picture's files (`accounts.avatars`); empty for who has none."""
    is_active = models.BooleanField(_("active"), default=True)
    erase_at = models.DateTimeField(_("is deleted on"), null=True, blank=True, editable=False)
    """Of a deactivated account whose deletion was asked for: from when on nothing of it stays."""
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=now, editable=False)
    last_seen = models.DateTimeField(_("last seen"), default=now, editable=False)
    seen_language = models.CharField(max_length=2, blank=True, editable=False, db_default="")
    """In which language she last read: that of her browser while she chose none."""

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()
    _was_disabled = False
    """Whether the password was taken away and that is not saved yet."""

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [("impersonate_user", "Can act as a learner")]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.UniqueConstraint(
                Lower("board_name"), name="user_board_name_unique", condition=~models.Q(board_name="")
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="user_inactive", condition=models.Q(is_active=False)),
            models.Index(fields=["erase_at"], name="user_erased", condition=models.Q(erase_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.email or str(_("Guest"))

    @property
    def is_guest(self) -> bool:
        return self.email is None

    @property
    def is_unconfirmed(self) -> bool:
        """Whether she signed up and has not followed the link of our mail yet."""
        return self.is_guest and self.has_usable_password()

    def set_unusable_password(self) -> None:
        super().set_unusable_password()
        self._was_disabled = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new password, by whatever door it came, or none any more, ends all that the old one opened.

        Sessions of browsers end by themselves: Django compares them with the password's hash.
        """
        is_new = self._password is not None or self._was_disabled  # type: ignore[attr-defined]
        ends = is_new and not self._state.adding
        self._was_disabled = False
        if self.is_active:
            # Whoever lets her in again, such as support, takes the deletion back.
            self.erase_at = None
        with transaction.atomic():
            super().save(*args, **kwargs)
            if ends:
                self._end_what_was_opened()

    def _end_what_was_opened(self) -> None:
        self.token_families.all().delete()
        self.api_tokens.all().delete()
        if not self.is_guest:
            # Somebody else may have asked for the change of email that waits.
            addresses = self.emailaddress_set  # type: ignore[attr-defined]
            addresses.filter(verified=False).exclude(email__iexact=self.email).delete()


class MergedGuest(models.Model):
    """Into whose account a guest went, so that a log the guest left unsent still finds its owner."""

    guest_id = models.UUIDField(primary_key=True)
    into = models.ForeignKey(User, on_delete=models.CASCADE, related_name="merged_guests")
    merged_at = models.DateTimeField()

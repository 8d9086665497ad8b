import uuid
from typing import ClassVar

from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext_lazy as _


class StaffAct(models.Model):
    """What one of the staff asked for, and about whom: pages of the admin, others' data, all while being a learner.

    Only added to: the database refuses to change a row, or to delete one within its year. Ids instead of foreign keys,
    so that it says the same when an account is deleted, and names nobody then.
    """

    class Kind(models.TextChoices):
        ADMIN = "admin", _("in the admin")
        API = "api", _("through the API")
        BEGAN = "began", _("began to act as a learner")
        AS_LEARNER = "as learner", _("as a learner")
        ENDED = "ended", _("stopped acting as a learner")

    class Role(models.TextChoices):
        """What she might as one of the staff then, as `accounts.access.role_of` has it."""

        ADMIN = "admin", _("administrator")
        SUPPORT = "support", _("support")
        EDITOR = "editor", _("editor")
        NONE = "learner", _("none")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("when"), default=now, db_index=True)
    kind = models.CharField(_("how"), max_length=10, choices=Kind.choices)
    staff = models.UUIDField(db_index=True)
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    learner = models.UUIDField(null=True, db_index=True)
    """Whom it was about, where it was about one."""
    method = models.CharField(max_length=7)
    route = models.CharField(max_length=100)
    path = models.CharField(_("address"), max_length=300)
    """Without what was searched for, which may be anybody's email."""
    status = models.PositiveSmallIntegerField(_("answered"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("act of staff")
        verbose_name_plural = _("acts of staff")
        ordering: ClassVar = ["-at", "pk"]

    def __str__(self) -> str:
        return f"{date_format(localtime(self.at), 'SHORT_DATETIME_FORMAT')}, {self.get_kind_display()}"

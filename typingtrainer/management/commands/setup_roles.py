from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db.models import Q, QuerySet

EDITOR = {
    "lessons": [
        f"{verb}_{what}"
        for what in ("course", "block", "lesson")
        for verb in ("add", "change", "delete", "view")
    ]
    + ["add_typingtext", "view_typingtext"],
}
OF_STRIPE = ("stripecustomer", "stripesubscription", "stripeinvoice")
SUPPORT = {
    "accounts": ["view_user"],
    "progress": ["view_typingsession", "change_typingsession", "view_boardentry", "change_boardentry"],
    "billing": [
        *[
            f"view_{what}"
            for what in ("plan", "checkout", "grant", "giftcode", "notice", "webhookevent", *OF_STRIPE)
        ],
        *["add_grant", "change_grant", "add_giftcode", "change_giftcode"],
        # To look at Stripe, and to cancel: nothing of these is written by hand.
        *["change_stripecustomer", "change_stripesubscription"],
    ],
}


class Command(BaseCommand):
    help = "Make the groups editor, support and admin, with what each may do. Run again, it repairs them."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, permissions in (
            ("editor", allowed(EDITOR)),
            ("support", allowed(SUPPORT)),
            ("admin", Permission.objects.all()),
        ):
            Group.objects.get_or_create(name=name)[0].permissions.set(permissions)


def allowed(codenames: dict[str, list[str]]) -> QuerySet[Permission]:
    chosen = Q()
    for app, names in codenames.items():
        chosen |= Q(content_type__app_label=app, codename__in=names)
    return Permission.objects.filter(chosen)

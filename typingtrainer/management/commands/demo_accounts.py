from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User


class Command(BaseCommand):
    help = "Make the demo's learner and editor, or give them their passwords back. Only with DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo accounts have known passwords: they are made with DEMO=1 only.")
        make("learner@example.com", "Анна", settings.DEMO_LEARNER_PASSWORD)
        editor = make("editor@example.com", "Редактор", settings.DEMO_EDITOR_PASSWORD, is_staff=True)
        editor.groups.set(Group.objects.filter(name__in=["editor", "support"]))


@transaction.atomic
def make(email: str, name: str, password: str, *, is_staff: bool = False) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
    known = cache.get(proof(user, password))
    if not known and not (user.has_usable_password() and user.check_password(password)):
        user.set_password(password)
    user.is_staff = is_staff
    user.save()
    cache.set(proof(user, password), True, timeout=None)
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"primary": True, "verified": True}
    )
    return user


def proof(user: User, password: str) -> str:
    """Under this key the cache remembers that the password is right: to check it takes most of a second."""
    return f"demo-password-{sha256(f'{user.password} {password}'.encode()).hexdigest()}"

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import key_rotation


class Command(BaseCommand):
    help = (
        "Encrypt by the first of FIELD_ENCRYPTION_KEYS what the others have encrypted, so that those may go."
    )

    def handle(self, **options: Any) -> None:
        rotated = key_rotation.rotate(key_rotation.places())
        self.stdout.write(f"Encrypted anew: {rotated.done}")
        if rotated.unreadable:
            raise CommandError(
                f"Left as they are: {rotated.unreadable} that no key of FIELD_ENCRYPTION_KEYS reads."
            )

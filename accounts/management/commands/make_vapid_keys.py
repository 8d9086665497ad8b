from typing import Any

from django.core.management.base import BaseCommand

from accounts.notifications.push_subscriptions import new_private_key


class Command(BaseCommand):
    help = "Print settings for notifications in browsers with a new key, by which push services will know this site."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"VAPID_PRIVATE_KEY={new_private_key()}")
        self.stdout.write("VAPID_SUBJECT=mailto:you@example.com")
        self.stderr.write(
            "Put the address of who looks after the site into the second line, and keep the key: with another one, "
            "every browser has to be subscribed anew."
        )

"""Requests made of the API's own description, half of them breaking it: `python -m bench.cases`.

As nobody, as a learner and as an editor, against a product of its own, in this process. Stops at the first answer that
is a 500, has an undocumented status or does not look as described.
"""

import argparse
import os
import sys
import time
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

from bench.product import machine, running
from bench.record import set_up

CASES = 20_000
ROLES = ("anonymous", "learner", "editor")


def person(role: str) -> Any:
    from django.contrib.auth.models import Group

    from accounts.models import User

    user = User.objects.create_user(
        f"{uuid.uuid4()}@example.org", "a-long-password", is_staff=role == "editor"
    )
    if role == "editor":
        user.groups.set(Group.objects.filter(name="editor"))
    return user


def known_of(user: Any) -> dict[str, Any]:
    """What exists, so that requests come further than the first check."""
    from django.utils import timezone

    from lessons.models import Lesson
    from progress.exercises import tickets
    from tests.factories import human_events, make_ticket

    lesson = Lesson.objects.select_related("course", "text").get(course__slug="en", number=1)

    def ticket() -> str:
        return tickets.sign_ticket(make_ticket(user, lesson, issued_at=timezone.now() - timedelta(minutes=1)))

    events = human_events(lesson.text.body, wrong="q")
    return {
        "lesson": lesson.pk,
        "course": "en",
        "user": str(user.pk),
        "ticket": ticket,
        "events": events,
        "start": 0,
        "mode": "stop",
        "startedAt": lambda: round(time.time() * 1000) - 60_000,
    }


def run(role: str, cases: int, start: int) -> Counter[tuple[str, int]]:
    from django.utils import timezone

    from accounts import tokens
    from tests.schema_cases import try_all
    from typingtrainer.wsgi import application

    user = person(role)

    def headers() -> dict[str, str]:
        if role == "anonymous":
            return {}
        return {"Authorization": f"Bearer {tokens.start_family(user, now=timezone.now()).access}"}

    return try_all(application, cases, headers, known_of(user), start=start)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES, help="in all, about (20,000)")
    asked = parser.parse_args()
    print(machine())
    os.environ["LOG_LEVEL"] = "CRITICAL"
    with running() as product:
        set_up(product.var_dir)
        from drf_spectacular.generators import SchemaGenerator

        document = SchemaGenerator().get_schema(public=True)
        operations = sum(len(of_path) for of_path in document["paths"].values())
        each = asked.cases // (operations * len(ROLES)) + 2
        total = 0
        for number, role in enumerate(ROLES):
            began = time.perf_counter()
            told = run(role, each, 1000 * number)
            statuses: Counter[int] = Counter()
            for (_operation, status), count in told.items():
                statuses[status] += count
            total += sum(told.values())
            seconds = time.perf_counter() - began
            print(
                f"{role:10} {sum(told.values()):6} cases in {seconds:4.0f} s: {dict(sorted(statuses.items()))}"
            )
    print(f"{total:,} cases of {operations} operations: no 500, nothing undocumented")
    return 0 if total >= asked.cases else 1


if __name__ == "__main__":
    sys.exit(main())

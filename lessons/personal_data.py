"""Lessons are nobody's; texts that only one learner typed go with her."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from accounts.personal_data.registry import excluded
from lessons.models import Block, Course, Lesson, TypingText


def register() -> None:
    excluded("the same for everybody", Block, Course, Lesson)
    excluded("typed by many; hers are in the files of what she typed, and go with her", TypingText)


def forget_unused(texts: Collection[str]) -> int:
    """Delete those of the texts, by their SHA-256, that nothing refers to any more; how many."""
    unused = TypingText.objects.filter(pk__in=texts)
    for relation in TypingText._meta.related_objects:
        users = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        unused = unused.filter(~Exists(users))
    return unused.delete()[0]

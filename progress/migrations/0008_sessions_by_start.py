from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A history goes by when something was typed; the new indexes come first, without a lock."""

    atomic = False
    dependencies = [("progress", "0007_skill_field")]

    operations = [
        AddIndexConcurrently(
            "typingsession", models.Index(fields=["user", "-started_at"], name="session_user_started")
        ),
        AddIndexConcurrently(
            "typingsession",
            models.Index(fields=["user", "lesson", "-started_at"], name="session_lesson_started"),
        ),
        RemoveIndexConcurrently("typingsession", "session_user_recorded"),
        RemoveIndexConcurrently("typingsession", "session_user_lesson"),
    ]

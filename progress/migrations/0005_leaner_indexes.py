from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


def _unindexed(model, field, to, on_delete, related_name):
    key = models.ForeignKey(to, on_delete, db_index=False, related_name=related_name)
    return migrations.AlterField(model, field, key)


def _of_user(model, related_name):
    return _unindexed(model, "user", settings.AUTH_USER_MODEL, models.CASCADE, related_name)


class Migration(migrations.Migration):
    """Indexes that another one begins with are not kept twice; the new ones come first, without a lock."""

    atomic = False
    dependencies = [("progress", "0004_session_indexes")]

    operations = [
        AddIndexConcurrently(
            "boardentry",
            models.Index(
                fields=["board", "period", "start", "-cpm", "-accuracy"],
                include=["user"],
                name="board_entry_standing",
            ),
        ),
        AddIndexConcurrently("typingsession", models.Index(fields=["text"], name="session_text")),
        RemoveIndexConcurrently("boardentry", "board_entry_place"),
        RemoveIndexConcurrently("typingsession", "session_user_counted"),
        _of_user("award", "awards"),
        _of_user("boardentry", "board_entries"),
        _of_user("dailystat", "daily_stats"),
        _of_user("lessonprogress", "lesson_progress"),
        _of_user("skillprofile", "skill_profiles"),
        _of_user("typingsession", "typing_sessions"),
        _of_user("weeklyreport", "weekly_reports"),
        _unindexed("typingsession", "text", "lessons.typingtext", models.PROTECT, "typing_sessions"),
    ]

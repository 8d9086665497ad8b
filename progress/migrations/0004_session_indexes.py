from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without a lock that would keep learners from typing while a large table is read."""

    atomic = False
    dependencies = [("progress", "0003_tests_awards_boards")]

    operations = [
        AddIndexConcurrently(
            model_name="typingsession",
            index=models.Index(fields=["user", "text", "-recorded_at"], name="session_user_text"),
        ),
        AddIndexConcurrently(
            model_name="typingsession",
            index=models.Index(
                condition=models.Q(("kind", "test"), ("ranked", True)),
                fields=["user", "layout", "minutes", "cpm"],
                name="session_test",
            ),
        ),
        AddIndexConcurrently(
            model_name="typingsession",
            index=models.Index(
                condition=models.Q(("flags", []), _negated=True),
                fields=["-recorded_at"],
                name="session_flagged",
            ),
        ),
        AddConstraintNotValid(
            model_name="typingsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "test"), ("minutes__isnull", False)),
                    models.Q(models.Q(("kind", "test"), _negated=True), ("minutes", None)),
                    _connector="OR",
                ),
                name="test_session_has_minutes",
            ),
        ),
        ValidateConstraint(model_name="typingsession", name="test_session_has_minutes"),
    ]

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.models import Q

LENGTH = (
    Q(kind="test", minutes__isnull=False, words=None)
    | Q(kind="test", minutes=None, words__isnull=False)
    | Q(kind="placing", words=None)
    | (~Q(kind__in=["test", "placing"]) & Q(minutes=None, words=None))
)


class Migration(migrations.Migration):
    """Tests of words beside those of minutes, and placement tests of a minute, with no lock while a large table is
    read."""

    atomic = False
    dependencies = [("progress", "0013_texts_of_tests")]

    operations = [
        migrations.AddField("typingsession", "words", models.PositiveSmallIntegerField(null=True)),
        migrations.RemoveConstraint("typingsession", "test_session_has_minutes"),
        AddConstraintNotValid(
            "typingsession", models.CheckConstraint(condition=LENGTH, name="test_session_has_length")
        ),
        ValidateConstraint("typingsession", "test_session_has_length"),
        AddIndexConcurrently(
            "typingsession",
            models.Index(
                fields=["user", "layout", "minutes", "words", "cpm"],
                name="session_of_test",
                condition=Q(kind="test", ranked=True),
            ),
        ),
        RemoveIndexConcurrently("typingsession", "session_test"),
    ]

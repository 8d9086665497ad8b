from django.db import migrations, models


class Migration(migrations.Migration):
    """Places may be exchanged within a transaction; at its end they are unique."""

    dependencies = [("lessons", "0003_catalogue_search")]

    operations = [
        migrations.RemoveConstraint("block", "block_position_unique"),
        migrations.AddConstraint(
            "block",
            models.UniqueConstraint(
                fields=["course", "position"],
                name="block_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ),
        migrations.RemoveConstraint("lesson", "lesson_number_unique"),
        migrations.AddConstraint(
            "lesson",
            models.UniqueConstraint(
                fields=["course", "number"],
                name="lesson_number_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ),
    ]

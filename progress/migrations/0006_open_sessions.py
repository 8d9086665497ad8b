import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("progress", "0005_leaner_indexes"), ("lessons", "0004_deferrable_order")]

    operations = [
        migrations.AlterField(
            model_name="typingsession",
            name="source",
            field=models.CharField(
                choices=[
                    ("keystrokes", "keystroke log"),
                    ("plain", "plain form"),
                    ("legacy", "log of the old program"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="OpenSession",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("ticket", models.TextField()),
                ("started_at_ms", models.BigIntegerField()),
                ("updated_at", models.DateTimeField(db_index=True)),
                (
                    "lesson",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="lessons.lesson",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpenPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.PositiveIntegerField()),
                ("events", models.JSONField()),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="progress.opensession",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="openpart",
            constraint=models.UniqueConstraint(fields=["session", "start"], name="open_part_unique"),
        ),
    ]

import hashlib
import json

from django.db import migrations, models

LOADED = (
    "block_id",
    "title_ru",
    "title_en",
    "goal_ru",
    "goal_en",
    "new_characters",
    "target_cpm",
    "target_accuracy",
    "length",
    "is_free",
    "is_published",
    "text_id",
)
ADDED = ("tip_ru", "tip_en", "kind")


def digest(lesson, names):
    values = json.dumps([getattr(lesson, name) for name in names], ensure_ascii=False)
    return hashlib.sha256(values.encode()).hexdigest()


def redigest(apps, before, after):
    """The digest covers other fields now: a lesson no editor touched must not look edited for that."""
    for lesson in apps.get_model("lessons", "Lesson").objects.exclude(loaded_digest=""):
        if lesson.loaded_digest == digest(lesson, before):
            lesson.loaded_digest = digest(lesson, after)
            lesson.save(update_fields=["loaded_digest"])


def forwards(apps, schema_editor):
    redigest(apps, LOADED, LOADED + ADDED)


def backwards(apps, schema_editor):
    redigest(apps, LOADED + ADDED, LOADED)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="lesson",
            name="tip_ru",
            field=models.CharField(blank=True, default="", max_length=110, verbose_name="tip in Russian"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="lesson",
            name="tip_en",
            field=models.CharField(blank=True, default="", max_length=110, verbose_name="tip in English"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="lesson",
            name="kind",
            field=models.CharField(
                choices=[
                    ("keys", "new keys"),
                    ("words", "words"),
                    ("text", "running text"),
                    ("test", "test"),
                ],
                default="keys",
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]

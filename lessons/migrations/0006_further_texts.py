import hashlib
import json

from django.db import migrations, models

import lessons.problems

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
    "tip_ru",
    "tip_en",
    "kind",
)
ADDED = ("further_texts", "mode", "has_rests", "is_for_learner")


def digest(lesson, names):
    values = json.dumps([getattr(lesson, name) for name in names], ensure_ascii=False)
    return hashlib.sha256(values.encode()).hexdigest()


def redigest(apps, before, after):
    """The digest covers other fields now: a lesson no editor touched must not look edited for that."""
    for lesson in apps.get_model("lessons", "Lesson").objects.defer("search").exclude(loaded_digest=""):
        if lesson.loaded_digest == digest(lesson, before):
            lesson.loaded_digest = digest(lesson, after)
            lesson.save(update_fields=["loaded_digest"])


def forwards(apps, schema_editor):
    redigest(apps, LOADED, LOADED + ADDED)


def backwards(apps, schema_editor):
    redigest(apps, LOADED + ADDED, LOADED)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0005_typed_languages")]

    operations = [
        migrations.AddField(
            model_name="lesson",
            name="further_texts",
            field=models.TextField(
                validators=[lessons.problems.validate_further_texts],
                blank=True,
                help_text="Typed in turn by learners who repeat the lesson; leave an empty line between two texts.",
                verbose_name="further texts",
            ),
        ),
        migrations.AddField(
            model_name="lesson",
            name="has_rests",
            field=models.BooleanField(
                default=False,
                help_text="The waits before a line's end and before its first key are not counted.",
                verbose_name="rests between lines",
            ),
        ),
        migrations.AddField(
            model_name="lesson",
            name="is_for_learner",
            field=models.BooleanField(
                default=False,
                help_text="A learner who has typed enough gets a text made of what costs the most time.",
                verbose_name="made for the learner",
            ),
        ),
        migrations.AddField(
            model_name="lesson",
            name="mode",
            field=models.CharField(
                choices=[
                    ("stop", "the text waits for the right key"),
                    ("free", "what was typed stays until it is corrected"),
                ],
                default="stop",
                max_length=4,
                verbose_name="what a mistake does",
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]

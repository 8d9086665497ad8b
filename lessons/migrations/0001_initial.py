import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import lessons.expressions


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("slug", models.SlugField(unique=True, verbose_name="slug")),
                (
                    "language",
                    models.CharField(
                        choices=[("ru", "Русский"), ("en", "English")], max_length=2, verbose_name="language"
                    ),
                ),
                ("layout", models.CharField(max_length=32, verbose_name="keyboard layout")),
                ("title_ru", models.CharField(max_length=120, verbose_name="title in Russian")),
                ("title_en", models.CharField(max_length=120, verbose_name="title in English")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "course",
                "verbose_name_plural": "courses",
                "ordering": ["position", "slug"],
            },
        ),
        migrations.CreateModel(
            name="TypingText",
            fields=[
                (
                    "sha256",
                    models.CharField(editable=False, max_length=64, primary_key=True, serialize=False),
                ),
                ("body", models.TextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "typing text",
                "verbose_name_plural": "typing texts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256", lessons.expressions.BodyDigest(models.F("body")))),
                        name="typing_text_named_by_body",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("title_ru", models.CharField(max_length=120, verbose_name="title in Russian")),
                ("title_en", models.CharField(max_length=120, verbose_name="title in English")),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="lessons.course",
                        verbose_name="course",
                    ),
                ),
            ],
            options={
                "verbose_name": "block",
                "verbose_name_plural": "blocks",
                "ordering": ["course", "position"],
            },
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("loaded_digest", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="number"
                    ),
                ),
                ("title_ru", models.CharField(max_length=120, verbose_name="title in Russian")),
                ("title_en", models.CharField(max_length=120, verbose_name="title in English")),
                ("goal_ru", models.CharField(blank=True, max_length=200, verbose_name="goal in Russian")),
                ("goal_en", models.CharField(blank=True, max_length=200, verbose_name="goal in English")),
                (
                    "new_characters",
                    models.CharField(blank=True, max_length=64, verbose_name="new characters"),
                ),
                (
                    "target_cpm",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="target speed, characters per minute",
                    ),
                ),
                (
                    "target_accuracy",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="target accuracy, %",
                    ),
                ),
                (
                    "length",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="planned length, characters",
                    ),
                ),
                ("is_free", models.BooleanField(default=False, verbose_name="free")),
                ("is_published", models.BooleanField(default=False, verbose_name="published")),
                (
                    "block",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons",
                        to="lessons.block",
                        verbose_name="block",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lessons",
                        to="lessons.course",
                        verbose_name="course",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lessons",
                        to="lessons.typingtext",
                        verbose_name="text",
                    ),
                ),
            ],
            options={
                "verbose_name": "lesson",
                "verbose_name_plural": "lessons",
                "ordering": ["course", "number"],
            },
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(fields=("course", "position"), name="block_position_unique"),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.UniqueConstraint(fields=("course", "number"), name="lesson_number_unique"),
        ),
    ]

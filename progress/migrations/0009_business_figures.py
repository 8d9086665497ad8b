import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0008_sessions_by_start"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BusinessDay",
            fields=[
                ("date", models.DateField(primary_key=True, serialize=False)),
                ("active", models.PositiveIntegerField()),
                ("week", models.PositiveIntegerField()),
                ("month", models.PositiveIntegerField()),
                ("newcomers", models.PositiveIntegerField()),
                ("sessions", models.PositiveIntegerField()),
                ("duration_ms", models.PositiveBigIntegerField()),
                (
                    "durations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=None
                    ),
                ),
                ("lessons", models.PositiveIntegerField()),
                ("passed", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "business figure",
                "verbose_name_plural": "business figures",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="ChangedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="CountedLearner",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LearnerDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "learner", "date", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("learner", models.BigIntegerField()),
                ("date", models.DateField(db_index=True)),
                ("sessions", models.PositiveIntegerField()),
                ("characters", models.PositiveIntegerField()),
                ("duration_ms", models.PositiveBigIntegerField()),
                (
                    "durations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), size=None
                    ),
                ),
                ("lessons", models.PositiveIntegerField()),
                ("passed", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "cohort", "week", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cohort", models.DateField()),
                ("week", models.DateField()),
                ("learners", models.PositiveIntegerField()),
            ],
        ),
    ]

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0004_deferrable_order"),
        ("progress", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyStat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField()),
                ("layout", models.CharField(max_length=32)),
                ("sessions", models.PositiveIntegerField(default=0)),
                ("characters", models.PositiveIntegerField(default=0)),
                ("keystrokes", models.PositiveIntegerField(default=0)),
                ("errors", models.PositiveIntegerField(default=0)),
                ("duration_ms", models.PositiveBigIntegerField(default=0)),
                ("accuracy_sum", models.FloatField(default=0)),
                ("consistency_sum", models.FloatField(default=0)),
                ("consistency_characters", models.PositiveIntegerField(default=0)),
                ("best_cpm", models.FloatField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SkillProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("layout", models.CharField(max_length=32)),
                ("state", models.JSONField(default=dict)),
                ("counted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="typingsession",
            name="counted_at",
            field=models.DateTimeField(default=datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="typingsession",
            name="local_date",
            field=models.DateField(default=datetime.date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="typingsession",
            index=models.Index(fields=["user", "counted_at"], name="session_user_counted"),
        ),
        migrations.AddField(
            model_name="dailystat",
            name="course",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="lessons.course"
            ),
        ),
        migrations.AddField(
            model_name="dailystat",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="daily_stats",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="skillprofile",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="skill_profiles",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="dailystat",
            constraint=models.UniqueConstraint(
                fields=("user", "date", "layout", "course"), name="daily_stat_unique", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="skillprofile",
            constraint=models.UniqueConstraint(fields=("user", "layout"), name="skill_profile_unique"),
        ),
        migrations.RunSQL(
            """
            UPDATE progress_typingsession s
            SET counted_at = s.recorded_at, local_date = (s.started_at AT TIME ZONE u.timezone)::date
            FROM accounts_user u WHERE u.id = s.user_id
            """,
            migrations.RunSQL.noop,
        ),
    ]

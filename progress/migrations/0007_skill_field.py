"""`SkillProfile.skill` is a value of its own type in the column `state`; nothing changes in the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OWNER = models.ForeignKey(
    db_index=False,
    on_delete=django.db.models.deletion.CASCADE,
    related_name="+",
    to=settings.AUTH_USER_MODEL,
)


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0006_open_sessions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("skillprofile", "state", "skill"),
                migrations.AlterField(
                    "skillprofile", "skill", models.JSONField(db_column="state", default=dict)
                ),
                migrations.AlterField("dailystat", "user", OWNER),
                migrations.AlterField("lessonprogress", "user", OWNER.clone()),
                migrations.AlterField("skillprofile", "user", OWNER.clone()),
            ]
        )
    ]

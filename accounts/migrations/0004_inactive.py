from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0003_goal_report_board")]

    operations = [
        AddIndexConcurrently(
            "user",
            models.Index(fields=["id"], name="user_inactive", condition=models.Q(is_active=False)),
        ),
    ]

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """Without a lock that would keep learners from typing while a large table is read."""

    atomic = False
    dependencies = [("progress", "0009_business_figures")]

    operations = [
        AddIndexConcurrently(
            "typingsession", BrinIndex(fields=["recorded_at"], autosummarize=True, name="session_recorded")
        ),
    ]

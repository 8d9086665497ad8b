import django.db.models.deletion
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.utils import timezone

BATCH = 1000


def copy(apps, schema_editor):
    """Nobody is signed out: the sessions there are, each with whose it is. Where they were they end by themselves."""
    old = apps.get_model("sessions", "Session").objects.filter(expire_date__gt=timezone.now()).order_by("pk")
    new = apps.get_model("accounts", "BrowserSession")
    decode = SessionStore().decode
    last = ""
    while batch := old.filter(pk__gt=last)[:BATCH]:
        new.objects.bulk_create(
            [
                new(
                    session_key=session.session_key,
                    session_data=session.session_data,
                    expire_date=session.expire_date,
                    user_id=decode(session.session_data).get(SESSION_KEY),
                )
                for session in batch
            ],
            ignore_conflicts=True,
        )
        last = batch[len(batch) - 1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_personal_data"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="BrowserSession",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="browser_sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]

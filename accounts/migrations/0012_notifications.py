import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.encryption
import accounts.models.notifications


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_browser_sessions"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhoneNumber",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="phone_number",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", accounts.encryption.EncryptedTextField()),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReminderTime",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reminder_time",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(db_default=18, default=18)),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=accounts.models.notifications.every_day,
                        size=None,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("endpoint", accounts.encryption.EncryptedTextField()),
                ("endpoint_sha256", models.BinaryField(max_length=32, unique=True)),
                ("p256dh", accounts.encryption.EncryptedTextField()),
                ("auth", accounts.encryption.EncryptedTextField()),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscriptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email"), ("push", "Browser"), ("sms", "Text message")],
                        max_length=5,
                    ),
                ),
                ("about", models.CharField(max_length=100)),
                ("place", models.CharField(blank=True, db_default="", max_length=20)),
                ("sent_at", models.DateTimeField(db_index=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "kind", "channel", "about", "place"), name="notification_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email"), ("push", "Browser"), ("sms", "Text message")],
                        max_length=5,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notification_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "channel"], include=("user",), name="notification_wanted")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "kind", "channel"), name="notification_choice_unique"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            """INSERT INTO accounts_notificationchoice (user_id, kind, channel)
            SELECT id, 'weekly_report', 'email' FROM accounts_user WHERE weekly_report AND email IS NOT NULL""",
            """UPDATE accounts_user SET weekly_report = id IN (SELECT user_id FROM accounts_notificationchoice
            WHERE kind = 'weekly_report' AND channel = 'email')""",
        ),
        # The rows are checked now: a table that has some unchecked cannot be altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.RemoveField(model_name="user", name="weekly_report"),
    ]

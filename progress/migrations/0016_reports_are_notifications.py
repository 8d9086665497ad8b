from django.db import migrations


class Migration(migrations.Migration):
    """Which weekly reports were sent stands with all that learners are told."""

    dependencies = [
        ("progress", "0015_placements_protect_lessons"),
        ("accounts", "0012_notifications"),
    ]

    operations = [
        migrations.RunSQL(
            """INSERT INTO accounts_notification (user_id, kind, channel, about, place, sent_at)
            SELECT user_id, 'weekly_report', 'email', week::text, '', sent_at FROM progress_weeklyreport""",
            """INSERT INTO progress_weeklyreport (user_id, week, sent_at)
            SELECT user_id, about::date, sent_at FROM accounts_notification
            WHERE kind = 'weekly_report' AND channel = 'email'""",
        ),
        # The rows are checked now: a table that has some unchecked cannot be altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.DeleteModel("WeeklyReport"),
    ]

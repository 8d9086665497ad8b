from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_seen_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="remindertime",
            name="chosen_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_notifications"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="seen_language",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=2),
        ),
    ]

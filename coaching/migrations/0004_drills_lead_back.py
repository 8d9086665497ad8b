import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("coaching", "0003_chat_and_spending"),
        ("lessons", "0005_typed_languages"),
    ]

    operations = [
        migrations.AddField(
            model_name="drill",
            name="lesson",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="lessons.lesson",
            ),
        ),
        migrations.AddField(
            model_name="drill",
            name="origin",
            field=models.CharField(
                blank=True,
                choices=[
                    ("progress:dashboard", "Back to your progress"),
                    ("home", "Back to the front page"),
                ],
                db_default="",
                max_length=20,
            ),
        ),
    ]

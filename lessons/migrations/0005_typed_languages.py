from django.db import migrations, models

import lessons.languages


class Migration(migrations.Migration):
    dependencies = [
        ("lessons", "0004_deferrable_order"),
    ]

    operations = [
        migrations.AlterField(
            model_name="course",
            name="language",
            field=models.CharField(choices=lessons.languages.choices, max_length=2, verbose_name="language"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_stripe"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConversionWeek",
            fields=[
                ("week", models.DateField(primary_key=True, serialize=False)),
                ("counted_on", models.DateField()),
                ("accounts", models.PositiveIntegerField()),
                ("paid", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="MoneyDay",
            fields=[
                ("date", models.DateField(primary_key=True, serialize=False)),
                ("churn_base", models.PositiveIntegerField()),
                ("churned", models.PositiveIntegerField()),
                ("lifetime", models.PositiveIntegerField()),
                ("gifts", models.PositiveIntegerField()),
                ("support", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PlanDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField()),
                ("plan", models.CharField(max_length=250)),
                ("currency", models.CharField(max_length=3)),
                ("active", models.PositiveIntegerField()),
                ("past_due", models.PositiveIntegerField()),
                ("trialing", models.PositiveIntegerField()),
                ("monthly", models.DecimalField(decimal_places=4, max_digits=16)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("date", "plan", "currency"), name="plan_day_unique")
                ],
            },
        ),
    ]

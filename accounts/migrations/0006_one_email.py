from django.db import migrations

from accounts.emails import one_email


def rewrite(apps, schema_editor):
    """Emails in punycode become readable ones; of two that are then the same, both stay as they are."""
    for model in (apps.get_model("accounts", "User"), apps.get_model("account", "EmailAddress")):
        for row in model.objects.filter(email__contains="xn--"):
            email = one_email(row.email)
            others = model.objects.filter(email__iexact=email).exclude(pk=row.pk)
            if email != row.email and not others.exists():
                model.objects.filter(pk=row.pk).update(email=email)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_tokens"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]

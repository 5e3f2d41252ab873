from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("post_office.email",),
        ),
    ]

from django.db import migrations, models

from accounts.trigrams import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_searching_the_audit_trail"),
        ("post_office", "0014_alter_email_recipient_delivery_status_and_more"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["email"], name="user_switched_off", condition=models.Q(is_active=False)),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["email"], name="user_staff", condition=models.Q(is_staff=True)),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["email"], name="user_superuser", condition=models.Q(is_superuser=True)),
        ),
        TrigramIndex("post_office_email", 'UPPER("to"::text)', name="mail_recipient_parts"),
    ]

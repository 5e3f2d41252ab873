from django.db import migrations

from accounts.trigrams import MakeTrigrams, TrigramIndex


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_audit_seals"),
    ]

    operations = [
        MakeTrigrams(),
        TrigramIndex("accounts_user", "folded_name", name="user_name_parts"),
        TrigramIndex("accounts_user", "email", name="user_email_parts"),
    ]

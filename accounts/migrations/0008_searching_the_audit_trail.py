from django.db import migrations, models

from accounts.trigrams import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_audit_by_kind"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                fields=["address", "id"], name="audit_address", condition=models.Q(address__isnull=False)
            ),
        ),
        TrigramIndex("accounts_auditevent", "UPPER(target_label::text)", name="audit_target_parts"),
        TrigramIndex("accounts_auditevent", "UPPER(actor_name::text)", name="audit_actor_parts"),
    ]

from django.db import migrations, models

from accounts.trigrams import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_parts_of_words"),
        ("organizations", "0007_blocks_of_group_invitations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer", index=models.Index(fields=["external_id"], name="customer_external_id")
        ),
        TrigramIndex("organizations_customer", "folded_company", name="customer_company_parts"),
        TrigramIndex("organizations_organization", "folded_name", name="organization_name_parts"),
    ]

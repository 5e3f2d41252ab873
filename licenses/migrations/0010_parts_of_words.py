from django.db import migrations

from accounts.trigrams import TrigramIndex


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_parts_of_words"),
        ("licenses", "0009_customers_as_entered"),
    ]

    operations = [
        TrigramIndex("licenses_license", "folded_licensee", name="license_licensee_parts"),
        TrigramIndex("licenses_license", "folded_order_id", name="license_order_parts"),
        TrigramIndex(
            "licenses_activation",
            "folded_computer_name",
            name="activation_computer_name_parts",
            where="deactivated_at IS NULL",
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licenses", "0010_parts_of_words"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="activation",
            index=models.Index(
                fields=["computer_id"],
                condition=models.Q(deactivated_at__isnull=False),
                name="former_computer_id",
            ),
        ),
        migrations.AddIndex(
            model_name="activation",
            index=models.Index(
                fields=["folded_computer_name"],
                condition=models.Q(deactivated_at__isnull=False),
                name="former_computer_name",
            ),
        ),
    ]

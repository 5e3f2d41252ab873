from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licenses", "0011_former_computers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="activation",
            index=models.Index(
                fields=["deactivated_at"],
                condition=models.Q(deactivated_at__isnull=False),
                name="former_since",
            ),
        ),
    ]

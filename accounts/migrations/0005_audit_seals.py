import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

import accounts.ids
from accounts.append_only import MakeAppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_sessions_ended"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=accounts.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("day", models.DateField(unique=True, verbose_name="day (UTC)")),
                ("events", models.PositiveIntegerField(verbose_name="events")),
                ("late_events", models.PositiveIntegerField(verbose_name="of them late")),
                ("before", models.CharField(max_length=64, unique=True, verbose_name="seal before")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="seal (SHA-256)")),
                ("ledger", models.BinaryField()),
                ("sealed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sealed at")),
            ],
            options={
                "verbose_name": "seal of the audit trail",
                "verbose_name_plural": "seals of the audit trail",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("late_events__lte", django.db.models.expressions.F("events"))),
                        name="audit_seal_late_are_some_of_all",
                    )
                ],
            },
        ),
        MakeAppendOnly("accounts_auditseal"),
    ]

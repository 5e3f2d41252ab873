import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def mark_licenses(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Mark the licenses of customers whom their user group does not serve with what it typed of them."""
    licenses = apps.get_model("licenses", "License").objects
    for entered in apps.get_model("organizations", "EnteredCustomer").objects.order_by("pk").iterator():
        licenses.filter(customer=entered.customer_id, user_group=entered.user_group_id).update(entered=entered)


class Migration(migrations.Migration):
    dependencies = [
        ("licenses", "0008_mails_about_licenses"),
        ("organizations", "0006_group_invitations_and_entered_customers"),
    ]

    operations = [
        migrations.AddField(
            model_name="license",
            name="entered",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="organizations.enteredcustomer",
                verbose_name="customer as entered by the user group",
            ),
        ),
        migrations.RunPython(mark_licenses, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="license",
            index=models.Index(
                condition=models.Q(("entered__isnull", False)), fields=["entered", "id"], name="license_entered"
            ),
        ),
    ]

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Exists, OuterRef


def tell_who_revoked(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Say of each revoked license whether a member of its user group revoked it; else the vendor did."""
    revoked = apps.get_model("licenses", "License").objects.filter(revoked_at__isnull=False)
    members = apps.get_model("organizations", "GroupMember").objects
    as_member = members.filter(user=OuterRef("revoked_by"), user_group=OuterRef("user_group"))
    revoked.filter(Exists(as_member), revoked_by__is_staff=False).update(revoked_as="group")
    revoked.filter(revoked_as="").update(revoked_as="vendor")


class Migration(migrations.Migration):
    dependencies = [("licenses", "0006_orders_and_generic_licenses")]

    operations = [migrations.RunPython(tell_who_revoked, migrations.RunPython.noop)]

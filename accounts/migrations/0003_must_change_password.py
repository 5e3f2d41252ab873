from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(
                default=False,
                help_text="Staff gave the password; the person chooses another one at the next sign-in.",
                verbose_name="must change the password",
            ),
        ),
    ]

"""Staff set privileges, limits and products of user groups, and credit licenses, in Django's admin."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from licenses.models import GroupProduct, MailTemplate
from organizations.models import UserGroup
from organizations.privileges import Privilege
from tests.admin.pages import act, address, save, told
from tests.cast import make_group, make_product

CREDIT = {"confirmed": "yes", "license_model": "trial", "number": "5", "reason": "Sent back"}
SEEN = {"seen_permanent": "0", "seen_trial": "18", "seen_subscription": "0"}


def test_staff_tick_privileges_and_set_limits(everything: Client) -> None:
    group = make_group(name="North")
    limits = {"max_trial": "20", "max_members": "0", "latest_expiry_on": "2030-12-31", "default_expiry_days": "365"}
    save(everything, address(UserGroup, "change", group.pk), privileges=["create", "renew"], **limits)
    group.refresh_from_db()
    assert group.privileges == [Privilege.CREATE, Privilege.RENEW]
    assert (group.max_trial, group.max_members, group.max_licenses) == (20, 0, None)
    assert (str(group.latest_expiry_on), group.default_expiry_days) == ("2030-12-31", 365)


def test_form_explains_every_privilege_and_limit(everything: Client) -> None:
    page = everything.get(address(UserGroup, "change", make_group(name="North").pk)).content.decode()
    assert all(str(privilege.label) in page for privilege in Privilege)
    for words in ("Empty: no limit. 0: none at all.", "deleted ones too", "May issue all products", "tick-help"):
        assert words in page, words


def test_impossible_limits_are_refused_with_a_reason(everything: Client) -> None:
    group = make_group(name="North")
    page = address(UserGroup, "change", group.pk)
    assert "cannot be longer than the longest" in told(
        save(everything, page, shortest_trial_days="30", longest_trial_days="10")
    )
    assert "how many days new licenses include updates" in told(save(everything, page, default_has_maintenance="on"))
    assert save(everything, page, max_trial="-1").context["errors"]
    group.refresh_from_db()
    assert (group.shortest_trial_days, group.default_has_maintenance, group.max_trial) == (None, False, None)


def test_usual_days_that_contradict_a_limit_are_refused(everything: Client) -> None:
    page = address(UserGroup, "change", make_group(name="North").pk)
    refused = save(everything, page, default_expiry_days="5", shortest_trial_days="14")
    assert "That is shorter than the shortest trial." in told(refused)
    soon = (timezone.now().date() + timedelta(days=100)).isoformat()
    refused = save(everything, page, default_expiry_days="365", latest_expiry_on=soon)
    assert "From today on, that ends after the latest expiry date." in told(refused)
    save(everything, page, default_expiry_days="100", latest_expiry_on=soon)
    UserGroup.objects.update(default_expiry_days=365)
    save(everything, page, name="Northern")
    assert UserGroup.objects.get().name == "Northern", "what came about by and by hinders nobody"


def test_staff_choose_products_one_by_one(everything: Client) -> None:
    group, product = make_group(name="North"), make_product("Spectra")
    rows = {"products-TOTAL_FORMS": "1", "products-0-product": str(product.pk), "products-0-user_group": str(group.pk)}
    save(everything, address(UserGroup, "change", group.pk), **rows)
    assert GroupProduct.objects.get().product == product


def test_saving_the_form_does_not_set_counters_back(everything: Client) -> None:
    group = make_group(name="North")
    page = address(UserGroup, "change", group.pk)
    UserGroup.objects.filter(pk=group.pk).update(issued_trial=7)
    save(everything, page, max_trial="20")
    group.refresh_from_db()
    assert (group.issued_trial, group.max_trial) == (7, 20)


def test_staff_credit_licenses_with_a_reason(everything: Client, superuser: User) -> None:
    group = make_group(name="North")
    UserGroup.objects.filter(pk=group.pk).update(issued_trial=18)
    assert "Trial 18" in act(everything, "credit_licenses", group).content.decode()
    assert "5 licenses are credited to North" in told(act(everything, "credit_licenses", group, **CREDIT, **SEEN))
    group.refresh_from_db()
    event = AuditEvent.objects.get(action="user_group.credit_given")
    assert (group.issued_trial, group.issued_permanent) == (13, 0)
    assert (event.actor_id, event.user_group_id, event.details["reason"]) == (superuser.pk, group.pk, "Sent back")


def test_no_more_is_credited_than_was_issued(everything: Client) -> None:
    group = make_group(name="North")
    UserGroup.objects.filter(pk=group.pk).update(issued_trial=4)
    seen = SEEN | {"seen_trial": "4"}
    assert "has issued 4 of these" in act(everything, "credit_licenses", group, **CREDIT, **seen).content.decode()
    assert act(everything, "credit_licenses", group, **CREDIT | {"reason": " "}, **seen).context["form"].errors
    group.refresh_from_db()
    assert group.issued_trial == 4


def test_credit_that_is_sent_twice_is_given_once_and_the_second_is_told(everything: Client) -> None:
    group = make_group(name="North")
    UserGroup.objects.filter(pk=group.pk).update(issued_trial=18, issued_permanent=3)
    form = act(everything, "credit_licenses", group).context["form"]
    seen = {name: str(form[name].value()) for name in form.fields if name.startswith("seen")}
    assert seen == SEEN | {"seen_permanent": "3"}
    act(everything, "credit_licenses", group, **CREDIT, **seen)
    again = act(everything, "credit_licenses", group, **CREDIT, **seen)
    assert "had issued 18 of these when this was asked, and now 13" in again.content.decode()
    assert "Trial 13" in again.content.decode()
    group.refresh_from_db()
    assert (group.issued_trial, group.issued_permanent) == (13, 3)
    assert AuditEvent.objects.filter(action="user_group.credit_given").count() == 1
    looked_again = seen | {"seen_trial": str(again.context["form"]["seen_trial"].value())}
    assert "5 licenses are credited" in told(act(everything, "credit_licenses", group, **CREDIT, **looked_again))


def test_credit_without_the_numbers_that_were_looked_at_is_not_given(everything: Client) -> None:
    group = make_group(name="North")
    UserGroup.objects.filter(pk=group.pk).update(issued_trial=18)
    form = act(everything, "credit_licenses", group, **CREDIT).context["form"]
    assert form.non_field_errors() == ["Look at how many are issued, then send this again."]
    assert form["seen_trial"].value() == "18"
    group.refresh_from_db()
    assert group.issued_trial == 18


def test_mail_template_lists_its_variables_and_refuses_unknown_ones(everything: Client) -> None:
    page = everything.get(address(MailTemplate, "add")).content.decode()
    assert "{activation_key}" in page
    fields = {"name": "New", "purpose": "new", "subject": "Your {product}", "body": "Hello {nobody}."}
    assert "There is no variable {nobody}" in told(save(everything, address(MailTemplate, "add"), **fields))
    save(everything, address(MailTemplate, "add"), **fields | {"body": "Hello {customer}."})
    made = MailTemplate.objects.get()
    assert "Hello Anna Berg." in everything.get(address(MailTemplate, "change", made.pk)).content.decode()

"""Lists of Django's admin ignore what makes no sense in their addresses."""

from django.contrib import admin
from django.db.models import Model
from django.test import Client

from accounts.admin.base import AuditedAdmin
from accounts.models import User
from licenses.models import License, SigningKey
from organizations.models import Customer
from tests.admin.pages import address
from tests.admin.test_pages import REGISTERED
from tests.cast import make_customer, make_license

HUGE = "9" * 40
ANY_LIST = [
    {"p": HUGE},
    {"p": "-1"},
    {"p": "x"},
    {"all": ""},
    {"o": "99.-7.x"},
    {"o": HUGE},
    {"e": "1"},
    {"e": "1", "nonsense": "1"},
    {"q": HUGE * 20},
    {"q": "' \" \\ % _ ("},
    {"q": '"'},
    {"q": "a " * 90},
    {"q": " ".join("abcdefghijkl")},
    {"q": "fe80:0000:0000:0000:0000:0000:0000:0001%eth0"},
    {"id__lt": "nonsense"},
    {"id__lt": HUGE},
    {"q": "İSTANBUL ﷺ 𝕏"},
    {"nonsense": "1"},
    {"nonsense__in__in": "1"},
    {"id": "nonsense"},
    {"pk__exact": "1"},
]
SOME_LISTS = [
    {"status": "nonsense"},
    {"use": "nonsense"},
    {"when": "nonsense"},
    {"when": "9999-99"},
    {"target": "nonsense"},
    {"license": "nonsense"},
    {"organization": "nonsense"},
    {"organization__id__exact": HUGE},
    {"user_group": "nonsense"},
    {"user_group__id__exact": "nonsense"},
    {"user_group__isnull": "nonsense"},
    {"product__id__exact": "nonsense"},
    {"product_version__product__id__exact": "nonsense"},
    {"license_model__exact": "nonsense"},
    {"license_model__exact__regex": "("},
    {"is_active__exact": "nonsense"},
    {"target_id": "nonsense"},
]
DATES = [
    {"__year": "9999"},
    {"__year": "0"},
    {"__year": HUGE},
    {"__year": "2026", "__month": "13"},
    {"__year": "9999", "__month": "12"},
    {"__year": "9999", "__month": "12", "__day": "31"},
    {"__year": "1", "__month": "1", "__day": "1"},
    {"__month": HUGE},
    {"__day": "x"},
    {"__gte": "nonsense"},
    {"__year__gte": "nonsense"},
]


def test_lists_ignore_unknown_filters_values_pages_and_orders(everything: Client) -> None:
    make_license(customer=make_customer())
    for model in REGISTERED:
        for parameters in [*ANY_LIST, *_for(model)]:
            page = everything.get(address(model, "changelist"), parameters)
            assert page.status_code == 200, (model, parameters)


def _for(model: type[Model]) -> list[dict[str, str]]:
    """Return the silly parameters of which the list of `model` knows at least the name."""
    pages = admin.site.get_model_admin(model)
    dates = [{f"{pages.date_hierarchy}{part}": value for part, value in each.items()} for each in DATES]
    known = [
        each
        for each in SOME_LISTS
        if isinstance(pages, AuditedAdmin) and any(pages.lookup_allowed(name, "") for name in each)
    ]
    return [*known, *(dates if pages.date_hierarchy else [])]


def test_an_unknown_page_is_the_first(everything: Client) -> None:
    for _number in range(51):
        make_customer()

    first, unknown = (
        everything.get(address(Customer, "changelist")),
        everything.get(address(Customer, "changelist"), {"p": "7"}),
    )

    assert len(unknown.context["cl"].result_list) == 50
    assert list(unknown.context["cl"].result_list) == list(first.context["cl"].result_list)


def test_nobody_finds_out_by_filtering_what_they_cannot_see(looking: Client) -> None:
    license = make_license()
    make_license()
    key = license.activation_key

    hidden = {
        License: ["activation_key__startswith", "folded_key__startswith"],
        User: ["password__startswith"],
        SigningKey: ["private_key__startswith"],
    }
    values = {License: [key[:5], key[:5]], User: ["x"], SigningKey: ["x"]}
    for model, lookups in hidden.items():
        all_rows = len(looking.get(address(model, "changelist")).context["cl"].result_list)
        for lookup, value in zip(lookups, values[model], strict=True):
            page = looking.get(address(model, "changelist"), {lookup: value})
            assert len(page.context["cl"].result_list) == all_rows, (model, lookup)

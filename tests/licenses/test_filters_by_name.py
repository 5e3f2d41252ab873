"""Filters by customer and organization tell nobody whose a license is who may not know it."""

from accounts.models import User
from licenses.filters import Criteria
from licenses.listing import license_page
from licenses.ordering import Place
from organizations.access import viewer_for
from organizations.models import Customer
from tests.cast import make_customer, make_group, make_license, make_member, make_organization


def test_filter_by_a_person_does_not_tell_a_group_whose_license_it_is(db: None) -> None:
    """Somebody knows Mira as contact of Acme, but not that a license of the group is hers."""
    acme, north = make_organization("Acme"), make_group(name="North")
    member = make_member(north)
    contact = Customer.objects.create(user=member, organization=acme)
    acme.primary_contact = contact
    acme.save()
    mira, globex = make_customer("Mira Lindholm", organization=acme), make_organization("Globex")
    of_the_group = make_license(customer=mira, organization=globex, user_group=north, licensee="A firm")
    of_acme = make_license(customer=mira)
    viewer = viewer_for(User.objects.get(pk=member.pk))
    assert {row.pk for row in license_page(viewer, Criteria(), Place()).rows} == {of_the_group.pk, of_acme.pk}
    for parameters in ({"customer": str(mira.pk)}, {"q": "mira"}, {"q": mira.user.email}):
        assert license_page(viewer, Criteria.read(viewer, parameters), Place()).rows == [of_acme]

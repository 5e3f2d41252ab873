"""Contacts give licenses of their organization to its users, or to people they invited."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from licenses.assigning import assign
from licenses.errors import LicenseError
from licenses.forms.assigning import AssignForm, AssignSeveralForm
from licenses.models import License
from licenses.querysets import LicenseQuerySet
from licenses.views.gate import visible_license
from organizations.access import Action, narrowed
from organizations.membership.managing import Task, actor_for
from organizations.middleware import SignedInRequest
from organizations.models import Organization
from organizations.paging import Cursor, page_of
from organizations.viewer import Viewer
from organizations.views.gate import visible_organization


@require_http_methods(["GET", "HEAD", "POST"])
def assign_license(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Give one license to a user of its organization, to somebody invited, or to nobody."""
    viewer = request.viewer
    license = visible_license(viewer, license_id, Action.ASSIGN)
    organization = license.organization
    context: dict[str, object] = {"license": license, "organization": organization}
    if organization is None:
        return render(request, "licenses/license_assign.html", context)
    form = AssignForm(viewer, organization, license, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            changed = assign([license.pk], organization.pk, form.receiver(), actor_for(viewer, organization))
        except LicenseError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _said(form) if changed else _("Nothing changed."))
            return redirect(license)
    return render(request, "licenses/license_assign.html", {**context, "form": form})


def _said(form: AssignForm) -> str:
    receiver = form.receiver()
    if receiver is None:
        return _("The license is nobody’s now.")
    return _("The license is given to %(name)s.") % {"name": receiver}


@require_http_methods(["GET", "HEAD", "POST"])
def assign_several(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Give several licenses of an organization, which are nobody's, to one of its users or to somebody invited."""
    viewer = request.viewer
    organization = visible_organization(viewer, organization_id, Task.ASSIGN)
    page = page_of(_nobodys(viewer, organization), Cursor.read(request.GET.dict()))
    form = AssignSeveralForm(viewer, organization, page.rows, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            changed = assign(
                form.cleaned_data["licenses"], organization.pk, form.receiver(), actor_for(viewer, organization)
            )
        except LicenseError as error:
            form.add_error(None, error.sentence)
        else:
            number = len(changed)
            text = ngettext(
                "%(number)d license is given to %(name)s.", "%(number)d licenses are given to %(name)s.", number
            )
            messages.success(request, text % {"number": number, "name": form.receiver()})
            return redirect("licenses:assign_several", organization_id=organization.pk)
    context = {"organization": organization, "page": page, "form": form}
    return render(request, "licenses/licenses_assign.html", context)


def _nobodys(viewer: Viewer, organization: Organization) -> LicenseQuerySet:
    """Return the organization's licenses that are given to nobody yet, and wait for nobody."""
    rows: LicenseQuerySet = License.objects.visible_to(narrowed(viewer, Action.ASSIGN)).filter(
        organization=organization, customer=None, reserved=None, revoked_at=None
    )
    return rows.select_related("product_version__product")

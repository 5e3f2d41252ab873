"""The customers of a user group: list, page, enter, edit, delete."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organizations.customer_list import customer_page
from organizations.customers import (
    Known,
    customer_id_of,
    delete_customer,
    deletion_refusal,
    edit_customer,
    enter_customer,
    entered_id_of,
    known_values,
)
from organizations.forms.customers import CustomerForm, DeleteForm, NewCustomerForm
from organizations.licenses_of import licenses_of
from organizations.member_list import LONGEST_TEXT, read_text
from organizations.membership.managing import Refused
from organizations.middleware import SignedInRequest
from organizations.models import Customer
from organizations.paging import Cursor
from organizations.privileges import Privilege
from organizations.profile import Overtaken
from organizations.views.customer_gate import require_customers, staff_page, visible_customer


@require_safe
def customer_list(request: SignedInRequest) -> HttpResponse:
    """Show one page of the customers."""
    viewer, parameters = request.viewer, request.GET.dict()
    require_customers(viewer)
    text = read_text(parameters)
    context = {
        "page": customer_page(viewer, text, Cursor.read(parameters)),
        "text": text,
        "may_enter": viewer.has(Privilege.EDIT_CUSTOMERS),
    }
    return render(request, "organizations/customer_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """Lead to the list of those that a text finds; reading this address leads to the list."""
    require_customers(request.viewer)
    text = request.POST.get("q", "").strip()[:LONGEST_TEXT]
    address = reverse("organizations:customer_list")
    return redirect(f"{address}?{urlencode({'q': text})}" if text else address)


@require_safe
def detail(request: SignedInRequest, known_id: UUID) -> HttpResponse:
    """Show what is known of a customer, and their licenses."""
    viewer = request.viewer
    known = visible_customer(viewer, known_id)
    values = known_values(known)
    context = {
        "known": known,
        "name": values["full_name"],
        "email": _address_of(known),
        "values": values,
        "external_id": known.external_id if isinstance(known, Customer) else "",
        "notes": known.staff_notes if isinstance(known, Customer) else "",
        "licenses": licenses_of().licenses_for(
            viewer, customer_id_of(known), Cursor.read(request.GET.dict()), entered_id_of(known)
        ),
        "may_edit": viewer.has(Privilege.EDIT_CUSTOMERS),
        "may_delete": viewer.has(Privilege.DELETE_CUSTOMERS),
        "staff_url": staff_page(viewer, "change", known_id),
    }
    return render(request, "organizations/customer_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    """Enter a customer; staff do that in the administration."""
    viewer = request.viewer
    if url := staff_page(viewer, "add"):
        return redirect(url)
    require_customers(viewer, Privilege.EDIT_CUSTOMERS)
    form = NewCustomerForm(request.POST.dict() if request.method == "POST" else None)
    if form.is_valid():
        try:
            known = enter_customer(viewer, form.cleaned_data["email"], form.cleaned_data)
        except Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("%(name)s is entered.") % {"name": form.cleaned_data["full_name"]})
            return redirect("organizations:customer_detail", known_id=known.pk)
    return render(request, "organizations/customer_create.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, known_id: UUID) -> HttpResponse:
    """Edit what the group knows of a customer; never the address, which is the key to licenses."""
    viewer = request.viewer
    if url := staff_page(viewer, "change", known_id):
        return redirect(url)
    known = visible_customer(viewer, known_id, Privilege.EDIT_CUSTOMERS)
    form = CustomerForm(known_values(known), request.POST.dict() if request.method == "POST" else None)
    if form.is_valid():
        try:
            edit_customer(viewer, known, form.cleaned_data, form.cleaned_data["seen"])
        except Overtaken as overtaken:
            form.keep_seen(overtaken.values)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["full_name"]})
            return redirect("organizations:customer_detail", known_id=known.pk)
    context = {"known": known, "name": known_values(known)["full_name"], "email": _address_of(known), "form": form}
    return render(request, "organizations/customer_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, known_id: UUID) -> HttpResponse:
    """Say what deleting a customer means, and delete them."""
    viewer = request.viewer
    if url := staff_page(viewer, "delete", known_id):
        return redirect(url)
    known = visible_customer(viewer, known_id, Privilege.DELETE_CUSTOMERS)
    name = known_values(known)["full_name"]
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            delete_customer(viewer, known)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is deleted.") % {"name": name})
            return redirect("organizations:customer_list")
    why_not = deletion_refusal(viewer.group_id, known) if viewer.group_id is not None else None
    context = {"known": known, "name": name, "form": form, "refusal": why_not}
    return render(request, "organizations/customer_delete.html", context)


def _address_of(known: Known) -> str:
    return known.user.email if isinstance(known, Customer) else known.email

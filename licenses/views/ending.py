"""Revoke and reinstate a license, or delete one that was never activated."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from licenses import issuing
from licenses.doors import doors
from licenses.errors import LicenseError
from licenses.forms.changing import RevokeForm
from licenses.issuers import changing_actor
from licenses.views.gate import visible_license
from organizations.access import Action, may
from organizations.middleware import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Ask why, then end a license."""
    license = visible_license(request.viewer, license_id, Action.REVOKE)
    actor = changing_actor(request.viewer, license, Action.REVOKE)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            is_done = issuing.revoke(license.pk, actor, reason=form.cleaned_data["reason"])
        except LicenseError as refusal:
            form.add_error("reason", refusal.sentence)
        else:
            said = _("The license is revoked.") if is_done else _("The license was revoked before; nothing changed.")
            messages.success(request, said)
            return redirect(license)
    context = {"license": license, "form": form, "is_revoked_already": issuing.is_revoked_already(license, actor)}
    return render(request, "licenses/license_revoke.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reinstate(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Ask, then undo the revocation of a license; what staff revoked only staff reinstate."""
    license = visible_license(request.viewer, license_id, Action.REVOKE)
    actor = changing_actor(request.viewer, license, Action.REVOKE)
    refusal = issuing.reinstate_refusal(license, actor) if license.revoked_at else None
    if request.method == "POST" and refusal is None:
        try:
            is_done = issuing.reinstate(license.pk, actor)
        except LicenseError as late:
            refusal = late
        else:
            said = _("The license is reinstated.") if is_done else _("The license is not revoked; nothing was changed.")
            messages.success(request, said)
            return redirect(license)
    context = {
        "license": license,
        "refusal": refusal,
        "doors": doors(request.viewer, license, refusal),
        "is_refused": request.method == "POST",
    }
    return render(request, "licenses/license_reinstate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    """Say what deleting does, then delete a license that was never activated."""
    viewer = request.viewer
    license = visible_license(viewer, license_id, Action.DELETE)
    refusal = issuing.delete_refusal(license)
    if request.method == "POST" and refusal is None:
        try:
            issuing.delete(license.pk, changing_actor(viewer, license, Action.DELETE))
        except LicenseError as late:
            refusal = late
        else:
            messages.success(request, _("%(license)s is deleted.") % {"license": license})
            return redirect("licenses:list")
    context = {
        "license": license,
        "refusal": refusal,
        "may_revoke": may(viewer, Action.REVOKE, license) and license.revoked_at is None,
        "is_refused": request.method == "POST",
    }
    return render(request, "licenses/license_delete.html", context)

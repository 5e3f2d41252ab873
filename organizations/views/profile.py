"""The page on which people look after what the portal knows of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organizations.belonging import facts_about
from organizations.forms.profile import ProfileForm
from organizations.mail_choices import wants_mails
from organizations.middleware import SignedInRequest
from organizations.profile import Overtaken, edit_profile, profile_of


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """Show the person's own data, and save what they change."""
    user = request.user
    form = ProfileForm(profile_of(user), request.POST.dict() if request.method == "POST" else None)
    if form.is_valid():
        try:
            edit_profile(user.pk, form.cleaned_data, form.cleaned_data["seen"])
        except Overtaken as overtaken:
            form.keep_seen(overtaken.values)
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("organizations:profile")
    context = {"form": form, "facts": facts_about(request.viewer), "wants_mails": wants_mails(user)}
    return render(request, "organizations/profile.html", context)

"""Files of releases in Django's admin: uploaded to a release, and removed again while it is a draft."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import ReadOnlyAdmin, staff_actor
from accounts.admin.fields import StaffInline
from accounts.ids import id_or_none
from licenses.errors import LicenseError, Reason
from licenses.file_names import ENDINGS
from licenses.models import Platform, Release, ReleaseFile
from licenses.receiving import ReceivedFile
from licenses.release_files import add_file, remove_file, removing_refusal

SHOWN = ["platform", "name", "size_in_words", "sha256", "uploaded_at", "uploaded_by"]


class UploadForm(forms.Form):
    """A file of a release."""

    platform = forms.ChoiceField(label=gettext_lazy("Platform"), choices=Platform.choices)
    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)
    """An empty one may be one that the portal could not keep: that is told apart below."""
    replaces = forms.BooleanField(
        label=gettext_lazy("It replaces the file that is there for this platform"), required=False
    )

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # as they are
        facts = {"size": filesizeformat(settings.PORTAL_MAX_RELEASE_FILE), "endings": ", ".join(ENDINGS)}
        self.fields["file"].help_text = _("Up to %(size)s. Its name has to end in one of: %(endings)s.") % facts
        self.fields["file"].widget.attrs["data-most"] = settings.PORTAL_MAX_RELEASE_FILE

    def clean_file(self) -> ReceivedFile:
        """Refuse a file that the portal could not keep, or that is bigger than it takes."""
        file: ReceivedFile = self.cleaned_data["file"]
        if not file.is_whole:
            raise forms.ValidationError(
                _("The portal could not keep the file: perhaps there is no room left. Nothing remains of it.")
            )
        if file.received.size > settings.PORTAL_MAX_RELEASE_FILE:
            raise forms.ValidationError(_("The file is too big."))
        return file

    def add_refusal(self, refusal: LicenseError) -> None:
        """Say beside the right field why the story refused."""
        fields = {Reason.FILE_IS_THERE: "replaces", Reason.RELEASE_IS_PUBLISHED: "platform"}
        self.add_error(fields.get(refusal.reason, "file"), refusal.sentence)


class FileInline(StaffInline[ReleaseFile]):
    """The files of a release, on its page."""

    model = ReleaseFile
    fields = ["platform", "name", "sha256", "uploaded_at"]
    readonly_fields = ["platform", "name", "sha256", "uploaded_at"]
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """Let files be added on the page that uploads them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:
        """Let nobody change what the server computed."""
        return False


@admin.register(ReleaseFile)
class ReleaseFileAdmin(ReadOnlyAdmin[ReleaseFile]):
    """What people download. It is uploaded for a release, and never changed."""

    linked = frozenset({"release"})
    fields = ["release", *SHOWN]
    list_display = ["name", "release", "platform", "size_in_words", "uploaded_at"]
    list_filter = ["platform", "release__product_version__product"]
    list_select_related = ["release__product_version__product"]
    search_fields = ["name", "sha256"]
    search_help_text = gettext_lazy("Name or SHA-256, or parts of them.")
    ordering = ["-id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave it to Django's permission who uploads."""
        return ModelAdmin.has_add_permission(self, request)

    def has_delete_permission(self, request: HttpRequest, obj: ReleaseFile | None = None) -> bool:
        """Let files be removed one by one, while their release is not published."""
        is_possible = obj is not None and removing_refusal(obj) is None
        return is_possible and ModelAdmin.has_delete_permission(self, request, obj)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Upload a file for the release in the address; a script that shows progress is told where to go on."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        release = _release_in(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if release is None or not form.is_bound or not form.is_valid():
            return self._upload_page(request, release, form)
        try:
            file = _add(request, release, form)
        except LicenseError as refusal:
            form.add_refusal(refusal)
            return self._upload_page(request, release, form)
        facts = {"name": file.name, "size": filesizeformat(file.size), "sha256": file.sha256}
        messages.success(request, _("Uploaded %(name)s: %(size)s, SHA-256 %(sha256)s.") % facts)
        address = reverse("admin:licenses_release_change", args=[release.pk])
        is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
        return JsonResponse({"url": address}) if is_script else HttpResponseRedirect(address)

    def _upload_page(self, request: HttpRequest, release: Release | None, form: UploadForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Upload a file"),
            "subtitle": str(release) if release else "",
            "opts": self.opts,
            "release": release,
            "files": list(release.files.order_by("platform")) if release else [],
            "form": form,
        }
        return TemplateResponse(request, "admin/licenses/releasefile/upload.html", context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Remove a file; one whose release was published since the page was shown stays."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except LicenseError as refusal:
            messages.error(request, refusal.sentence)
            return HttpResponseRedirect(self._address("changelist"))

    def delete_model(self, request: HttpRequest, obj: ReleaseFile) -> None:
        """Remove the file by its story."""
        remove_file(obj.pk, staff_actor(request))

    def log_deletions(self, request: HttpRequest, queryset: object) -> None:  # type: ignore[override]  # as in the base
        """Leave the trail to the story."""

    @admin.display(description=gettext_lazy("size"))
    def size_in_words(self, file: ReleaseFile) -> str:
        """Return how big the file is."""
        return filesizeformat(file.size)


def _release_in(request: HttpRequest) -> Release | None:
    """Return the release that the address names, None where it names none."""
    release_id = id_or_none(request.GET.get("release", ""))
    rows = Release.objects.select_related("product_version__product")
    return rows.filter(pk=release_id).first() if release_id else None


def _add(request: HttpRequest, release: Release, form: UploadForm) -> ReleaseFile:
    typed = form.cleaned_data
    file: ReceivedFile = typed["file"]
    return add_file(
        release.pk,
        staff_actor(request),
        platform=Platform(typed["platform"]),
        name=str(file.name),
        received=file.received,
        replaces=typed["replaces"],
    )

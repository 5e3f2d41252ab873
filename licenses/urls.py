"""The addresses of licenses, grouped by what they hang under."""

from django.urls import URLPattern, URLResolver, include, path

from licenses.views import (
    activations,
    assigning,
    calendars,
    computers,
    downloads,
    export,
    from_program,
    keys,
    licenses,
    overview,
    public,
    searching,
    updates,
)

app_name = "licenses"

activation_urls: list[URLPattern | URLResolver] = [
    path("deactivate/", activations.deactivate, name="deactivate"),
    path("replace/", activations.replace, name="replace"),
    path("rename/", activations.rename, name="rename"),
    path("license-file/", activations.license_file, name="license_file"),
]

license_urls: list[URLPattern | URLResolver] = [
    path("", licenses.detail, name="detail"),
    path("key/", keys.key, name="key"),
    path("activate/", activations.activate, name="activate"),
    path("assign/", assigning.assign_license, name="assign"),
    path("license-files/", activations.license_files, name="license_files"),
    path("updates/", updates.updates, name="updates"),
    path("calendar/expires.ics", calendars.expires, name="calendar_expires"),
    path("calendar/updates.ics", calendars.updates, name="calendar_updates"),
    path("activations/<uuid:activation_id>/", include(activation_urls)),
]

computer_urls: list[URLPattern | URLResolver] = [
    path("", computers.computer_list, name="computers"),
    path("search/", computers.search_computers, name="search_computers"),
    path("deactivate/", computers.deactivate_computers, name="deactivate_computers"),
    path("undo/", computers.undo_deactivating, name="undo_deactivating"),
]

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("licenses/", licenses.license_list, name="list"),
    path("licenses/search/", searching.search, name="search"),
    path("licenses/export/", export.export, name="export"),
    path("licenses/<uuid:license_id>/", include(license_urls)),
    path("organizations/<uuid:organization_id>/licenses/assign/", assigning.assign_several, name="assign_several"),
    path("activate/", from_program.activate_from_program, name="activate_from_program"),
    path("computers/", include(computer_urls)),
    path("releases/<uuid:release_file_id>/download/<uuid:license_id>/", downloads.download, name="download"),
    path("license-files/<str:file_id>/", public.license_file_state, name="license_file_status"),
    path(".well-known/jwks.json", public.jwks, name="jwks"),
    path(".well-known/license-keys/<str:key_id>.pem", public.public_key, name="public_key"),
]

"""The addresses of licenses, grouped by what they hang under."""

from django.urls import URLPattern, URLResolver, include, path

from licenses.views import (
    activations,
    assigning,
    batches,
    bulk,
    calendars,
    changing,
    computers,
    creating,
    downloads,
    ending,
    export,
    from_program,
    generic,
    keys,
    licenses,
    mailing,
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
    path("license-file/", generic.generic_file, name="generic_file"),
    path("edit/", changing.edit, name="edit"),
    path("renew/", changing.renew, name="renew"),
    path("revoke/", ending.revoke, name="revoke"),
    path("reinstate/", ending.reinstate, name="reinstate"),
    path("delete/", ending.delete, name="delete"),
    path("mail/", mailing.mail, name="mail"),
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
    path("licenses/new/", creating.create, name="create"),
    path("licenses/renew/", bulk.renew_selected, name="renew_selected"),
    path("licenses/revoke/", bulk.revoke_selected, name="revoke_selected"),
    path("licenses/export/selected/", bulk.export_selected, name="export_selected"),
    path("licenses/batch/<uuid:batch_id>/", batches.batch, name="batch"),
    path("licenses/batch/<uuid:batch_id>/keys/", batches.batch_keys, name="batch_keys"),
    path("licenses/batch/<uuid:batch_id>/mail/", mailing.mail_batch, name="batch_mail"),
    path("licenses/<uuid:license_id>/", include(license_urls)),
    path("organizations/<uuid:organization_id>/licenses/assign/", assigning.assign_several, name="assign_several"),
    path("activate/", from_program.activate_from_program, name="activate_from_program"),
    path("computers/", include(computer_urls)),
    path("releases/<uuid:release_file_id>/download/<uuid:license_id>/", downloads.download, name="download"),
    path("license-files/<str:file_id>/", public.license_file_state, name="license_file_status"),
    path(".well-known/jwks.json", public.jwks, name="jwks"),
    path(".well-known/license-keys/<str:key_id>.pem", public.public_key, name="public_key"),
]

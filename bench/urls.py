"""The portal's addresses, those of the measurements, and an administration whose list has as many rows as ours."""

from django.urls import path

from bench.bare import bare, nothing
from bench.floor import floor
from bench.limits import PATH, limits
from bench.plain_admin import site as plain_admin
from licenses.admin.licenses import LicenseAdmin
from organizations.paging import PAGE_SIZE
from qlmportal import urls as portal

LicenseAdmin.list_per_page = PAGE_SIZE

urlpatterns = [
    *portal.urlpatterns,
    path("bench/floor/", floor, name="floor"),
    path("bench/bare/", bare, name="bare"),
    path("bench/nothing/", nothing, name="nothing"),
    path(PATH, limits, name="limits"),
    path("bench/admin/", plain_admin.urls),
]

handler400 = portal.handler400
handler403 = portal.handler403
handler404 = portal.handler404
handler429 = portal.handler429
handler500 = portal.handler500

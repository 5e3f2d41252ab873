"""The portal's addresses, the floor, and Django's own list of licenses with as many rows as the portal's."""

from django.urls import path

from bench.floor import floor
from licenses.admin.licenses import LicenseAdmin
from organizations.paging import PAGE_SIZE
from qlmportal import urls as portal

LicenseAdmin.list_per_page = PAGE_SIZE

urlpatterns = [*portal.urlpatterns, path("bench/floor/", floor, name="floor")]

handler400 = portal.handler400
handler403 = portal.handler403
handler404 = portal.handler404
handler429 = portal.handler429
handler500 = portal.handler500

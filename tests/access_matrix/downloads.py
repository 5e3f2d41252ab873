"""The address of a file of a release in the table of S1: who may download by the license of the cast."""

from tests.access_matrix.addresses import READING, Address

ADDRESSES = {"download": Address("licenses:download", READING, "release_file", "license")}


def answer(role: str, of_license_file: str) -> str:
    """Return what somebody gets: as with a license file, but that staff who may look may download too."""
    return "yes" if role == "staff with view" else of_license_file

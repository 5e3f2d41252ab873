"""The addresses of an organization in the table of S1, all about Acme; its users and licenses are Mira and hers."""

from tests.access_matrix.addresses import BUTTON, FORM, READING, TO_LIST, Address

ADDRESSES = {
    "organization": Address("organizations:detail", READING, "acme"),
    "find user": Address("organizations:search", TO_LIST | BUTTON, "acme", fields={"q": "mira"}),
    "invite": Address(
        "organizations:user_add", FORM, "acme", fields={"full_name": "Nina New", "email": "nina@new.example"}
    ),
    "invite many": Address(
        "organizations:users_add", READING | {"POST": 200}, "acme", fields={"text": "nina@new.example"}
    ),
    "mail again": Address("organizations:invitation_resend", BUTTON, "acme", "invitation"),
    "withdraw": Address("organizations:invitation_withdraw", BUTTON, "acme", "invitation"),
    "edit user": Address("organizations:user_edit", READING | {"POST": 200}, "acme", "mira"),
    "leave": Address("organizations:user_leave", FORM, "acme", "mira"),
    "contacts": Address("organizations:contacts", READING | {"POST": 200}, "acme"),
    "give many": Address("licenses:assign_several", READING | {"POST": 200}, "acme"),
    "give": Address("licenses:assign", FORM, "license"),
}

ACCESS = """
role                                              organization find-user invite edit-user leave give
anonymous                                         302          302       302    302       302   302
nobody                                            404          404       404    404       404   404
individual                                        404          404       404    404       404   404
customer                                          yes          403       403    403       403   403
plain member                                      yes          403       403    403       403   404
primary contact                                   yes          yes       yes    yes       yes   yes
secondary contact                                 yes          yes       yes    yes       yes   yes
outside contact                                   yes          yes       yes    yes       yes   yes
other contact                                     404          404       404    404       404   404
north                                             yes          yes       403    403       403   403
north, activate                                   yes          yes       403    403       403   403
north, deactivate                                 yes          yes       403    403       403   403
north, activate and deactivate                    yes          yes       403    403       403   403
north, view_all                                   yes          yes       403    403       403   403
north, view_all_organizations                     yes          yes       403    403       403   403
north, export                                     yes          yes       403    403       403   403
north, all but activate, deactivate and view all  yes          yes       yes    404       403   403
north, every privilege                            yes          yes       yes    404       403   403
north switched off                                404          404       404    404       404   404
south                                             404          404       404    404       404   404
south, view_all                                   404          404       404    404       404   403
south, view_all_organizations                     yes          403       403    403       403   404
south, all but view all                           404          404       404    404       404   404
south, every privilege                            yes          403       403    403       403   403
switched off                                      302          302       302    302       302   302
staff without permissions                         404          404       404    404       404   404
staff with view                                   yes          yes       403    403       403   403
staff with view and change                        yes          yes       yes    yes       yes   yes
superuser                                         yes          yes       yes    yes       yes   yes
"""
"""A group edits the users it serves; Mira is served by none, so who may edit users does not find her."""

LIKE = {
    "invite many": "invite",
    "mail again": "invite",
    "withdraw": "invite",
    "contacts": "leave",
    "give many": "leave",
}
"""Addresses that answer to everybody as another one does."""

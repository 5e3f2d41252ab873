"""The addresses of user groups in the table of S1: customers, organizations, members, mail.

All are about North: its customer Nina, its organization Acme, its member Otto, and Acme's license.
"""

from tests.access_matrix.addresses import BUTTON, FORM, READING, TO_LIST, Address

_CHANGE = READING | {"POST": 200}
_PERSON = {"full_name": "Nora New", "email": "nora@new.example"}

ADDRESSES = {
    "customers": Address("organizations:customer_list", READING),
    "find customer": Address("organizations:customer_search", TO_LIST | BUTTON, fields={"q": "nina"}),
    "customer": Address("organizations:customer_detail", READING, "nina"),
    "enter": Address("organizations:customer_create", FORM, fields=_PERSON),
    "amend": Address("organizations:customer_edit", _CHANGE, "nina"),
    "drop": Address("organizations:customer_delete", FORM, "nina"),
    "organizations": Address("organizations:list", READING),
    "find organization": Address("organizations:list_search", TO_LIST | BUTTON, fields={"q": "acme"}),
    "new organization": Address("organizations:create", FORM, fields={"name": "Umbrella North"}),
    "alter": Address("organizations:edit", _CHANGE, "acme"),
    "first contact": Address("organizations:first_contact", _CHANGE, "acme"),
    "group": Address("organizations:group", READING),
    "member": Address("organizations:group_member_add", FORM, fields=_PERSON),
    "remove member": Address("organizations:group_member_remove", FORM, "otto"),
    "mail member": Address("organizations:group_invitation_resend", BUTTON, "group_invitation"),
    "forget member": Address("organizations:group_invitation_withdraw", BUTTON, "group_invitation"),
    "mail": Address("licenses:mail", _CHANGE, "license"),
    "mail order": Address("licenses:batch_mail", _CHANGE, "batch"),
}

ACCESS = """
role                                              customers customer enter amend drop alter group member mail
anonymous                                         302       302      302   302   302  302   302   302    302
nobody                                            404       404      404   404   404  404   404   404    404
individual                                        404       404      404   404   404  404   404   404    404
customer                                          404       404      404   404   404  403   404   404    403
plain member                                      404       404      404   404   404  403   404   404    404
primary contact                                   404       404      404   404   404  403   404   404    403
secondary contact                                 404       404      404   404   404  403   404   404    403
outside contact                                   404       404      404   404   404  403   404   404    403
other contact                                     404       404      404   404   404  404   404   404    404
north                                             yes       yes      403   403   403  403   yes   403    403
north, activate                                   yes       yes      403   403   403  403   yes   403    403
north, deactivate                                 yes       yes      403   403   403  403   yes   403    403
north, activate and deactivate                    yes       yes      403   403   403  403   yes   403    403
north, view_all                                   yes       yes      403   403   403  403   yes   403    403
north, view_all_organizations                     yes       yes      403   403   403  403   yes   403    403
north, export                                     yes       yes      403   403   403  403   yes   403    403
north, all but activate, deactivate and view all  yes       yes      yes   yes   yes  yes   yes   403    yes
north, every privilege                            yes       yes      yes   yes   yes  yes   yes   yes    yes
north switched off                                403       403      403   403   403  404   403   403    404
south                                             yes       404      403   404   404  404   yes   403    404
south, view_all                                   yes       404      403   404   404  404   yes   403    403
south, view_all_organizations                     yes       404      403   404   404  403   yes   403    404
south, all but view all                           yes       404      yes   404   404  404   yes   403    404
south, every privilege                            yes       404      yes   404   404  403   yes   403    403
switched off                                      302       302      302   302   302  302   302   302    302
staff without permissions                         404       404      404   404   404  404   404   404    404
staff with view                                   yes       yes      403   403   403  403   404   404    403
staff with view and change                        yes       yes      403   list  403  yes   404   404    yes
superuser                                         yes       yes      list  list  list yes   404   404    yes
"""
"""Staff are led to the administration (`list`, 302) where they enter, edit and delete customers and make organizations.

The manager of North is whoever plays “north, every privilege”.
"""

LIKE = {
    "find customer": "customers",
    "organizations": "customers",
    "find organization": "customers",
    "new organization": "enter",
    "first contact": "alter",
    "remove member": "member",
    "mail member": "member",
    "forget member": "member",
}
"""Addresses that answer to everybody as another one does."""

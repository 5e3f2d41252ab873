"""The addresses that make and change licenses in the table of S1; the license is Acme's, served by the group North."""

from tests.access_matrix.addresses import FORM, READING, TO_LIST, Address

REFUSED = READING | {"POST": 200}
"""A form that is answered by itself, with what is wrong with it."""

ADDRESSES = {
    "create": Address("licenses:create", REFUSED),
    "edit": Address("licenses:edit", REFUSED, "license"),
    "renew": Address("licenses:renew", REFUSED, "license"),
    "revoke": Address("licenses:revoke", FORM, "license", fields={"reason": "Unpaid"}),
    "reinstate": Address("licenses:reinstate", FORM, "license"),
    "delete": Address("licenses:delete", REFUSED, "license"),
    "generic file": Address("licenses:generic_file", FORM, "license"),
    "order": Address("licenses:batch", READING, "batch"),
    "keys of order": Address("licenses:batch_keys", {"POST": 200}, "batch"),
    "renew many": Address("licenses:renew_selected", TO_LIST | {"POST": 302}),
    "revoke many": Address("licenses:revoke_selected", TO_LIST | {"POST": 302}),
    "export many": Address("licenses:export_selected", TO_LIST | {"POST": 302}, open_methods=frozenset(TO_LIST)),
}

ACCESS = """
role                                              create edit delete order keys-of-order
anonymous                                         302    302  302    302   302
nobody                                            404    404  404    404   404
individual                                        404    404  404    404   404
customer                                          404    403  403    404   404
plain member                                      404    404  404    404   404
primary contact                                   404    403  403    404   404
secondary contact                                 404    403  403    404   404
outside contact                                   404    403  403    404   404
other contact                                     404    404  404    404   404
north                                             403    403  403    yes   403
north, activate                                   403    403  403    yes   yes
north, deactivate                                 403    403  403    yes   403
north, activate and deactivate                    403    403  403    yes   yes
north, view_all                                   403    403  403    yes   403
north, view_all_organizations                     403    403  403    yes   403
north, export                                     403    403  403    yes   403
north, all but activate, deactivate and view all  yes    yes  yes    yes   403
north, every privilege                            yes    yes  yes    yes   yes
north switched off                                404    404  404    404   404
south                                             403    404  404    404   404
south, view_all                                   403    403  403    404   404
south, view_all_organizations                     403    404  404    404   404
south, all but view all                           yes    404  404    404   404
south, every privilege                            yes    403  403    404   404
switched off                                      302    302  302    302   302
staff without permissions                         403    404  404    404   404
staff with view                                   403    403  403    yes   403
staff with view and change                        403    yes  403    yes   yes
superuser                                         yes    yes  yes    yes   yes
"""

LIKE = {
    "renew": "edit",
    "revoke": "edit",
    "reinstate": "edit",
    "generic file": "files",
    "renew many": "list",
    "revoke many": "list",
    "export many": "export",
}
"""Addresses that answer to everybody as another one does; a selection of nothing leads back to the list."""

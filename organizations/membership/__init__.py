"""Who belongs to an organization: inviting, joining, leaving, contacts, licenses of members (Product rules, section 4).

Every story locks the organization first and decides afterwards: of two that cannot both be, the
second is told why.
"""

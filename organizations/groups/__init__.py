"""Who signs in as part of a user group: managers invite and remove its members (Product rules, section 5).

Every story locks the group first and decides afterwards, so that parallel requests cannot exceed
its limit of members.
"""

"""The addresses of people and organizations."""

from django.urls import URLPattern, URLResolver, include, path

from organizations.views import (
    activity,
    customers,
    group_joining,
    groups,
    invitations,
    joining,
    mail_choices,
    organization_list,
    organizations,
    profile,
    users,
)

app_name = "organizations"

_of_an_organization = [
    path("", organizations.detail, name="detail"),
    path("search/", organizations.search, name="search"),
    path("edit/", organization_list.edit, name="edit"),
    path("first-contact/", organization_list.first_contact, name="first_contact"),
    path("contacts/", users.contacts, name="contacts"),
    path("users/add/", invitations.add, name="user_add"),
    path("users/add/many/", invitations.add_many, name="users_add"),
    path("users/<uuid:member_id>/edit/", users.edit, name="user_edit"),
    path("users/<uuid:member_id>/leave/", users.leave, name="user_leave"),
    path("invitations/<uuid:invitation_id>/resend/", invitations.mail_again, name="invitation_resend"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.take_back, name="invitation_withdraw"),
]

_invited_into_the_group = [
    path("resend/", groups.mail_again, name="group_invitation_resend"),
    path("withdraw/", groups.take_back, name="group_invitation_withdraw"),
]

_of_the_group: list[URLPattern | URLResolver] = [
    path("", groups.group, name="group"),
    path("invitations/<str:group_token>/", group_joining.join, name="group_join"),
    path("members/add/", groups.add, name="group_member_add"),
    path("members/<uuid:colleague_id>/remove/", groups.remove, name="group_member_remove"),
    path("members/invitations/<uuid:group_invitation_id>/", include(_invited_into_the_group)),
]

_customers = [
    path("", customers.customer_list, name="customer_list"),
    path("search/", customers.search, name="customer_search"),
    path("new/", customers.create, name="customer_create"),
    path("<uuid:known_id>/", customers.detail, name="customer_detail"),
    path("<uuid:known_id>/edit/", customers.edit, name="customer_edit"),
    path("<uuid:known_id>/delete/", customers.delete, name="customer_delete"),
]

urlpatterns = [
    path("activity/", activity.activity, name="activity"),
    path("activity/export/", activity.activity_export, name="activity_export"),
    path("customers/", include(_customers)),
    path("group/", include(_of_the_group)),
    path("invitations/<str:invitation_token>/", joining.join, name="join"),
    path("organizations/", organization_list.organization_list, name="list"),
    path("organizations/new/", organization_list.create, name="create"),
    path("organizations/search/", organization_list.search, name="list_search"),
    path("organizations/<uuid:organization_id>/", include(_of_an_organization)),
    path("profile/", profile.profile, name="profile"),
    path("profile/mails/", mail_choices.choose_mails, name="choose_mails"),
    path("no-more-mails/<str:choice_token>/", mail_choices.no_more_mails, name="no_more_mails"),
]

"""The addresses of people and organizations."""

from django.urls import include, path

from organizations.views import activity, invitations, joining, mail_choices, organizations, profile, users

app_name = "organizations"

_of_an_organization = [
    path("", organizations.detail, name="detail"),
    path("search/", organizations.search, name="search"),
    path("contacts/", users.contacts, name="contacts"),
    path("users/add/", invitations.add, name="user_add"),
    path("users/add/many/", invitations.add_many, name="users_add"),
    path("users/<uuid:member_id>/edit/", users.edit, name="user_edit"),
    path("users/<uuid:member_id>/leave/", users.leave, name="user_leave"),
    path("invitations/<uuid:invitation_id>/resend/", invitations.mail_again, name="invitation_resend"),
    path("invitations/<uuid:invitation_id>/withdraw/", invitations.take_back, name="invitation_withdraw"),
]

urlpatterns = [
    path("activity/", activity.activity, name="activity"),
    path("activity/export/", activity.activity_export, name="activity_export"),
    path("invitations/<str:invitation_token>/", joining.join, name="join"),
    path("organizations/<uuid:organization_id>/", include(_of_an_organization)),
    path("profile/", profile.profile, name="profile"),
    path("profile/mails/", mail_choices.choose_mails, name="choose_mails"),
    path("no-more-mails/<str:choice_token>/", mail_choices.no_more_mails, name="no_more_mails"),
]

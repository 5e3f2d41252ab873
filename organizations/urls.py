"""The addresses of people and organizations."""

from django.urls import path

from organizations.views import activity, joining, profile

app_name = "organizations"

urlpatterns = [
    path("activity/", activity.activity, name="activity"),
    path("activity/export/", activity.activity_export, name="activity_export"),
    path("invitations/<str:token>/", joining.join, name="join"),
    path("profile/", profile.profile, name="profile"),
]

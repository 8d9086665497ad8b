from django.urls import path

from . import views

urlpatterns = [
    path("settings/notifications/", views.notifications, name="notifications"),
    path("settings/notifications/browsers/", views.add_browser, name="add_browser"),
    path("settings/notifications/browsers/<int:pk>/remove/", views.remove_browser, name="remove_browser"),
    path("settings/notifications/phone/", views.add_phone, name="add_phone"),
    path("settings/notifications/phone/confirm/", views.confirm_phone, name="confirm_phone"),
    path("settings/notifications/phone/remove/", views.remove_phone, name="remove_phone"),
    path("notifications/unsubscribe/<str:signed>/", views.unsubscribe, name="unsubscribe"),
]

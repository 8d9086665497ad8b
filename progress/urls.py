from django.urls import path

from . import certificate_views, views

app_name = "progress"
urlpatterns = [
    path("dashboard/", views.board, name="dashboard"),
    path("reports/unsubscribe/<str:signed>/", views.unsubscribe, name="unsubscribe"),
    path("history/", views.history, name="history"),
    path("certificates/", certificate_views.verify, name="verify"),
    path("certificates/<str:code>/", certificate_views.certificate, name="certificate"),
    path("certificates/<str:code>.pdf", certificate_views.certificate_pdf, name="certificate_pdf"),
    path("learn/<slug:course>/", views.course, name="course"),
    path("practice/<slug:course>/<int:number>/", views.practice, name="practice"),
    path("practice/<slug:course>/<int:number>/trial/", views.trial, name="trial"),
    path("achievements/", views.achievements, name="achievements"),
    path("leaderboards/", views.leaderboards, name="leaderboards"),
    path("leaderboards/join/", views.join, name="join"),
    path("leaderboards/leave/", views.leave, name="leave"),
    path("tests/", views.tests, name="tests"),
    path("tests/<slug:language>/<int:minutes>/", views.test, name="test"),
    path("sessions/", views.record, name="record"),
    path("sessions/<uuid:pk>/", views.session, name="session"),
    path("sessions/<uuid:pk>/certificate/", certificate_views.issue_certificate, name="issue_certificate"),
    path("sessions/<uuid:pk>/delete/", views.delete, name="delete"),
    path("sessions/<uuid:pk>/keys/", views.keys, name="keys"),
]

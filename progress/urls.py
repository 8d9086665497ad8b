"""The pages of what was typed, by what they are about."""

from django.urls import path

from progress.pages import (
    achievements,
    certificates,
    dashboard,
    leaderboards,
    opening,
    practice,
    sessions,
    timed_tests,
)

app_name = "progress"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/<str:table>/", dashboard.numbers, name="numbers"),
    path("reports/unsubscribe/<str:signed>/", dashboard.unsubscribe, name="unsubscribe"),
    path("history/", sessions.history, name="history"),
    path("certificates/", certificates.verify, name="verify"),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
    path("certificates/<str:code>.pdf", certificates.certificate_pdf, name="certificate_pdf"),
    path("learn/<slug:course>/", practice.course, name="course"),
    path("help/typing/", opening.how_to_sit, name="how_to_sit"),
    path("practice/<slug:course>/start/", opening.start, name="start"),
    path("practice/<slug:course>/<int:number>/", practice.practice, name="practice"),
    path("practice/<slug:course>/<int:number>/trial/", practice.trial, name="trial"),
    path("practice/line/<slug:language>/", practice.first_line, name="first_line"),
    path("practice/placement/<slug:language>/", practice.placement, name="placement"),
    path("achievements/", achievements.achievements, name="achievements"),
    path("leaderboards/", leaderboards.leaderboards, name="leaderboards"),
    path("leaderboards/join/", leaderboards.join, name="join"),
    path("leaderboards/leave/", leaderboards.leave, name="leave"),
    path("tests/", timed_tests.tests, name="tests"),
    path("tests/start/", timed_tests.start_test, name="start_test"),
    path("tests/<slug:language>/<slug:length>/", timed_tests.test, name="test"),
    path("sessions/", practice.record, name="record"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/certificate/", certificates.issue_certificate, name="issue_certificate"),
    path("sessions/<uuid:pk>/delete/", sessions.delete, name="delete"),
    path("sessions/<uuid:pk>/keys/", sessions.keys, name="keys"),
]

"""The coach, and the exercises it makes."""

from django.urls import path, re_path

from coaching.pages import chat, coach, drills

app_name = "coaching"
urlpatterns = [
    path("", coach.coach, name="coach"),
    path("plan/", coach.start_plan, name="start_plan"),
    path("goal/", coach.set_goal, name="set_goal"),
    path("drill/", drills.drill_item, name="drill_item"),
    path("review/<slug:course>/<int:number>/", drills.review, name="review"),
    path("chat/", chat.chat, name="chat"),
    path("chat/ask/", chat.ask_coach, name="ask_coach"),
    path("chat/forget/", chat.forget, name="forget"),
    path("chat/text/", chat.wish_text, name="wish_text"),
    path("sessions/<uuid:pk>/drill/", drills.make_drill, name="make_drill"),
    re_path(r"^drills/(?P<sha256>[0-9a-f]{64})/$", drills.drill, name="drill"),
]

"""The chat with the coach, and texts on a topic."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from coaching.chat import conversation
from coaching.chat.conversation import Turn, answered, begin, history_of
from coaching.chat.knowledge import own_layout
from coaching.chat.suggestions import ANYTHING, questions
from coaching.language_model.asking import model_for
from coaching.language_model.calling import Left
from coaching.language_model.prompting import says_something
from coaching.language_model.waiting import left, may_wait
from coaching.models import LONGEST_QUESTION, ChatMessage
from coaching.pages.beginnings import first_lesson
from coaching.plans.topics import LONGEST_TOPIC, topic_drill
from progress.figures.layouts import last_layout

STREAM: Final = "application/x-ndjson"
STREAMED: Final = {
    "Cache-Control": "private, no-store",
    # Whoever compressed it, or kept it until it is whole, would make a lump of it.
    "Content-Encoding": "identity",
    "X-Accel-Buffering": "no",
}


class SaidField(forms.CharField):
    """What a learner writes; invisible characters only are as good as nothing."""

    def to_python(self, value: Any) -> str:
        said: str = super().to_python(value) or ""
        return said if says_something(said) else ""


class QuestionForm(forms.Form):
    """A question to the coach."""

    question = SaidField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea({"rows": 2, "required": True}),
        error_messages={
            "required": _("Write a question first."),
            "max_length": _("The question is too long: at most %(limit_value)d characters."),
        },
    )


class TopicForm(forms.Form):
    """A topic to type about."""

    topic = SaidField(
        label=_("Topic"),
        max_length=LONGEST_TOPIC,
        error_messages={
            "required": _("Write a topic first."),
            "max_length": _("The topic is too long: at most %(limit_value)d characters."),
        },
    )


@require_safe
def chat(request: HttpRequest) -> HttpResponse:
    """The conversation so far, and what can be asked."""
    return _page(request)


@require_POST
def ask_coach(request: HttpRequest) -> HttpResponseBase:
    """Answer a question: line by line as it comes for a page that reads so, else at once and back to the page."""
    is_streamed = request.headers.get("Accept") == STREAM
    if not request.user.is_authenticated:
        return _signed_out() if is_streamed else redirect("coaching:chat")
    form = QuestionForm(request.POST)
    if not form.is_valid():
        if is_streamed:
            return HttpResponse(_line(error=form.errors["question"][0]), content_type=STREAM, status=422)
        return _page(request, question=form, status=422)
    turn = begin(
        request.user, form.cleaned_data["question"], may_wait=may_wait(request.META), now=timezone.now()
    )
    if is_streamed:
        lines = _lines(turn, request, language=translation.get_language())
        return StreamingHttpResponse(lines, content_type=STREAM, headers=STREAMED)
    try:
        for _shown in answered(turn, left=left(request.META)):
            pass
    except Left:
        pass
    return redirect(f"{reverse('coaching:chat')}#message-{turn.message.pk}")


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Delete the conversation."""
    if request.user.is_authenticated:
        conversation.forget_messages(request.user)
    return redirect("coaching:chat")


@require_POST
def wish_text(request: HttpRequest) -> HttpResponse:
    """Make a text on a topic, and go there to type it."""
    if not request.user.is_authenticated:
        return redirect("coaching:chat")
    form = TopicForm(request.POST)
    if not form.is_valid():
        return _page(request, topic=form, status=422)
    layout = last_layout(request.user) or own_layout(request.user)
    topic = form.cleaned_data["topic"]
    try:
        drill, is_about = topic_drill(
            request.user,
            topic,
            layout,
            may_wait=may_wait(request.META),
            now=timezone.now(),
            left=left(request.META),
        )
    except Left:
        return redirect("coaching:chat")
    if not is_about:
        messages.info(
            request, _("We could not get a text on that topic; here are words in the letters you know.")
        )
    return redirect("coaching:drill", drill.text_id)


def _page(
    request: HttpRequest,
    *,
    question: QuestionForm | None = None,
    topic: TopicForm | None = None,
    status: int = 200,
) -> HttpResponse:
    learner = request.user if request.user.is_authenticated else None
    words = questions()
    context: dict[str, Any] = {
        "chat_messages": history_of(learner) if learner else [],
        "question_form": question or QuestionForm(),
        "topic_form": topic or TopicForm(),
        "has_model": learner is not None and model_for(learner) is not None,
        "suggested": [words[one] for one in ANYTHING],
        "section": "coach",
    }
    if learner is None:
        context["first_lesson"] = first_lesson(translation.get_language() or "")
    return render(request, "coaching/chat.html", context, status=status)


def _signed_out() -> HttpResponse:
    """For a page that was open when its learner signed out in another one."""
    line = _line(
        error=str(_("You are signed out.")),
        way=f"{reverse('account_login')}?{urlencode({'next': reverse('coaching:chat')})}",
        way_name=str(_("Sign in again")),
    )
    return HttpResponse(line, content_type=STREAM, status=401)


def _lines(turn: Turn, request: HttpRequest, *, language: str | None) -> Iterator[bytes]:
    """The answer as it grows, each line a JSON object with all of it; the last tells where it comes from."""
    with translation.override(language), closing(answered(turn, left=left(request.META))) as states:
        # Headers go at once, so that the page knows that the question has arrived.
        yield _line(question=turn.message.question).encode()
        try:
            for text in states:
                if text:
                    yield _line(text=text).encode()
        except Left:
            return
        message = turn.message
        yield _line(
            text=message.answer,
            source=str(ChatMessage.Source(message.source).label),
            suggested=message.suggested,
            done=True,
        ).encode()


def _line(**told: Any) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"

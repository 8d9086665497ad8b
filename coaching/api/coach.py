"""The coach in words, through the API: the chat, an analysis, and exercises on a topic."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import limits
from accounts.endpoints import Conflict, Endpoint, Moment, Strict
from accounts.models import User
from coaching.chat import conversation
from coaching.chat.knowledge import own_layout
from coaching.language_model.calling import Left
from coaching.language_model.prompting import says_something
from coaching.language_model.waiting import left, may_wait
from coaching.models import LONGEST_QUESTION, ChatMessage
from coaching.plans.drills import drill_exercise
from coaching.plans.topics import LONGEST_TOPIC, topic_drill
from lessons import languages
from lessons.api import TypedLanguageField, example
from progress.api.typing import EXAMPLE_STARTED, Run, Started, begin
from progress.figures.dashboard import Filters, choices_of
from progress.figures.days import typed_by

SOURCE_TEXT = (
    "statistics: from one's own, without a language model; model: a language model's, which may be wrong"
)
EXAMPLE_ANSWER = "You lose the most time on “q” (612 ms before it, 1.3 s lost per 1,000 characters)."


class SaidField(serializers.CharField):
    """What a learner writes; invisible characters only are as good as nothing."""

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str) and not says_something(data):
            data = ""
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        said: str = super().to_internal_value(data)
        return said


class QuestionBody(Strict):
    question = SaidField(max_length=LONGEST_QUESTION)


class MessageShown(serializers.Serializer):
    question = serializers.CharField()
    answer = serializers.CharField(help_text="plain text; empty where none came")
    source = serializers.ChoiceField(ChatMessage.Source.choices, help_text=SOURCE_TEXT)
    state = serializers.ChoiceField(
        ChatMessage.State.choices, help_text="stopped where the client left before all of a model's was there"
    )
    suggested = serializers.ListField(child=serializers.CharField(), help_text="questions to ask next")
    asked_at = Moment()


class AnalysisShown(serializers.Serializer):
    text = serializers.CharField(help_text="plain text")
    source = serializers.ChoiceField(ChatMessage.Source.choices, help_text=SOURCE_TEXT)


class TopicBody(Strict):
    topic = SaidField(max_length=LONGEST_TOPIC)
    language = TypedLanguageField(
        required=False, help_text="of the text; without one that of the layout typed on last"
    )


@dataclass(frozen=True, slots=True)
class TopicRun(Run):
    """A run of an exercise that was wished on a topic; `on_topic`, whether it is on that."""

    on_topic: bool = False


class TopicStarted(Started):
    on_topic = serializers.BooleanField(
        help_text="false where it is of words in the letters known: not all are, there is no language model, "
        "or it gave nothing that can be typed"
    )


EXAMPLE_MESSAGE = {
    "question": "Why am I slow?",
    "answer": EXAMPLE_ANSWER,
    "source": "statistics",
    "state": "done",
    "suggested": ["What should I practice next?"],
    "askedAt": "2026-11-28T09:30:00Z",
}


class Asking(Endpoint):
    """An endpoint whose POST may ask the language model: it counts as a question besides."""

    errors: tuple[int, ...] = (409,)

    def count(self, request: HttpRequest, user: User | None) -> limits.Verdict:
        verdict = super().count(request, user)
        if user is None or not verdict.passes or request.method in (*SAFE_METHODS, "DELETE"):
            return verdict
        question = limits.of_question(user)
        return verdict if question.passes else question


class Chat(Asking):
    @extend_schema(
        responses={200: MessageShown(many=True)},
        examples=[example([EXAMPLE_MESSAGE])],
        summary="The conversation with the coach, the latest hundred questions",
    )
    def get(self, request: Request) -> Response:
        return self.answer(MessageShown, conversation.history_of(cast(User, request.user)), many=True)

    @extend_schema(
        request=QuestionBody,
        responses={200: MessageShown},
        examples=[example({"question": "Why am I slow?"}, of_request=True), example(EXAMPLE_MESSAGE)],
        summary="Ask the coach; answered within 10 seconds",
    )
    def post(self, request: Request) -> Response:
        question = self.asked(QuestionBody, request.data)["question"]
        turn = conversation.begin(
            cast(User, request.user), question, may_wait=may_wait(request.META), now=timezone.now()
        )
        try:
            for _shown in conversation.answered(turn, left=left(request.META)):
                pass
        except Left as error:
            raise client_left() from error
        return self.answer(MessageShown, turn.message)

    @extend_schema(responses={200: None}, summary="Delete the conversation")
    def delete(self, request: Request) -> Response:
        conversation.forget_messages(cast(User, request.user))
        return Response(None)


class Analyze(Asking):
    errors = (400, 409, 413, 415)

    @extend_schema(
        request=None,
        responses={200: AnalysisShown},
        examples=[example({"text": EXAMPLE_ANSWER, "source": "statistics"})],
        summary="What holds one back and what to do about it, in words",
    )
    def post(self, request: Request) -> Response:
        self.asked(Strict, request.data)
        try:
            text, source = conversation.analysis_of(
                cast(User, request.user),
                may_wait=may_wait(request.META),
                now=timezone.now(),
                left=left(request.META),
            )
        except Left as error:
            raise client_left() from error
        return self.answer(AnalysisShown, {"text": text, "source": source})


class GenerateExercise(Asking):
    @extend_schema(
        request=TopicBody,
        responses={200: TopicStarted},
        examples=[
            example({"topic": "the sea", "language": "en"}, of_request=True),
            example(EXAMPLE_STARTED | {"text": "The sea was calm that morning.", "onTopic": True}),
        ],
        summary="Begin an exercise on a topic, recorded like a drill",
    )
    def post(self, request: Request) -> Response:
        learner = cast(User, request.user)
        body = self.asked(TopicBody, request.data)
        layout = choices_of(learner, typed_by(learner), Filters(language=body.get("language", ""))).layout
        if "language" in body and (not layout or languages.of_layout(layout).code != body["language"]):
            layout = languages.TYPED[body["language"]].layout
        try:
            drill, on_topic = topic_drill(
                learner,
                body["topic"],
                layout or own_layout(learner),
                may_wait=may_wait(request.META),
                now=timezone.now(),
                left=left(request.META),
            )
        except Left as error:
            raise client_left() from error
        run = begin(learner, drill_exercise(drill))
        return self.answer(TopicStarted, TopicRun(run.ticket, run.signed, run.text, on_topic=on_topic))


def client_left() -> Conflict:
    """Nobody is there to read it; the log has it."""
    return Conflict(_("The client has left."), code="client_left")

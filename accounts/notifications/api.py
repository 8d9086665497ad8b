"""What one is told by which channel, for other clients."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import account_only
from accounts.api import example
from accounts.endpoints import Endpoint, Strict
from accounts.models import DAYS_OF_WEEK, Channel, PhoneNumber, ReminderTime, User

from .kinds import KINDS
from .wanted import choices_among, choose, offered_channels, wanted_by


class KindShown(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField(help_text="in the language of the request")
    channels = serializers.ListField(
        child=serializers.ChoiceField(Channel.choices), help_text="that can be chosen"
    )
    wanted = serializers.ListField(child=serializers.ChoiceField(Channel.choices))
    is_mailed_anyway = serializers.BooleanField(help_text="whether its email can't be turned off")


class ReminderShown(serializers.Serializer):
    hour = serializers.IntegerField(help_text="of the learner's own clock")
    days = serializers.ListField(child=serializers.IntegerField(), help_text="0 is Monday")


class Notifications(serializers.Serializer):
    kinds = KindShown(many=True)
    reminder = ReminderShown()
    browsers = serializers.IntegerField(
        help_text="how many show notifications; each subscribes on its own page"
    )
    phone = serializers.CharField(allow_null=True, help_text="null until it is confirmed")


class Choice(Strict):
    kind = serializers.CharField(max_length=20)
    wanted = serializers.ListField(child=serializers.ChoiceField(Channel.choices), max_length=len(Channel))

    def validate_kind(self, code: str) -> str:
        if code not in KINDS:
            self.fields["kind"].fail("invalid")
        return code


class Reminder(Strict):
    hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    days = serializers.ListField(
        child=serializers.IntegerField(min_value=DAYS_OF_WEEK[0], max_value=DAYS_OF_WEEK[-1]),
        max_length=len(DAYS_OF_WEEK),
        required=False,
    )


class Choices(Strict):
    """What is left out stays as it is. What a kind has no channel for is not chosen."""

    kinds = Choice(many=True, required=False)
    reminder = Reminder(required=False)


EXAMPLE: Final = {
    "kinds": [
        {
            "kind": "reminder",
            "name": "Reminder to practice",
            "channels": ["email", "push", "sms"],
            "wanted": ["push"],
            "isMailedAnyway": False,
        }
    ],
    "reminder": {"hour": 18, "days": [0, 1, 2, 3, 4]},
    "browsers": 1,
    "phone": None,
}


class UsersMeNotifications(Endpoint):
    errors = (403,)

    @extend_schema(
        responses={200: Notifications}, examples=[example(EXAMPLE)], summary="What one is told, and how"
    )
    def get(self, request: Request) -> Response:
        return self.answer(Notifications, _of(account_only(request.user)))

    @extend_schema(
        request=Choices,
        responses={200: Notifications},
        examples=[
            example(
                {"kinds": [{"kind": "reminder", "wanted": ["push"]}], "reminder": {"hour": 18}},
                of_request=True,
            ),
            example(EXAMPLE),
        ],
        summary="Choose what to be told, and how",
    )
    def put(self, request: Request) -> Response:
        user = account_only(request.user)
        asked = self.asked(Choices, request.data)
        chosen = {one["kind"]: one["wanted"] for one in asked.get("kinds", ())}
        among = choices_among([KINDS[code] for code in chosen], offered_channels())
        choose(user, {(code, channel) for code, wanted in chosen.items() for channel in wanted}, among=among)
        if reminder := asked.get("reminder"):
            if "days" in reminder:
                reminder["days"] = sorted(set(reminder["days"]))
            ReminderTime.objects.update_or_create(
                user=user, defaults=reminder | {"chosen_at": timezone.now()}
            )
        return self.answer(Notifications, _of(user))


def _of(user: User) -> dict[str, Any]:
    wanted, offered = wanted_by(user), offered_channels()
    phone = PhoneNumber.objects.filter(user=user, confirmed_at__isnull=False).first()
    return {
        "kinds": [
            {
                "kind": kind.code,
                "name": str(kind.name),
                "channels": [channel.value for channel in offered if kind.can_be_chosen(channel)],
                "wanted": [channel.value for channel in Channel if (kind.code, channel.value) in wanted],
                "is_mailed_anyway": kind.is_mailed_anyway,
            }
            for kind in KINDS.values()
        ],
        "reminder": ReminderTime.objects.filter(user=user).first() or ReminderTime(user=user),
        "browsers": user.push_subscriptions.count(),
        "phone": phone.number if phone else None,
    }

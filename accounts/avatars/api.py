"""A learner's picture, through the API."""

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import avatars, limits
from accounts.access import account_only
from accounts.endpoints import Endpoint, Strict, TooMany

from .pages import picture_of
from .pictures import MOST_BYTES, SIZES, BadPicture, Why
from .wording import REFUSED


class SizeQuery(Strict):
    size = serializers.ChoiceField(SIZES, default=SIZES[0])


class AvatarUpload(Strict):
    picture = serializers.FileField(allow_empty_file=True)


class Avatar(Endpoint):
    errors = (403, 404)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        parameters=[OpenApiParameter("size", OpenApiTypes.INT, enum=SIZES, description="256 when left out")],
        responses={(200, "image/webp"): OpenApiTypes.BINARY},
        summary="One's own picture, which nobody else sees",
    )
    def get(self, request: Request) -> HttpResponse:
        user = account_only(request.user)
        size = self.asked(SizeQuery, request.query_params.dict())["size"]
        if not user.avatar:
            raise Http404
        return picture_of(user, size)

    @extend_schema(
        request={"multipart/form-data": AvatarUpload},
        responses={200: None},
        summary="Send a picture",
        description=f"JPEG, PNG, WebP or GIF, of {MOST_BYTES // 2**20} MB at most, with an access token; with a "
        "personal token of 1.3 MB. Its middle is drawn anew as WebP squares; what else is in the file is not kept.",
    )
    def post(self, request: Request) -> Response:
        user = account_only(request.user)
        verdict = limits.of_picture(user)
        if not verdict.passes:
            raise TooMany(verdict.seconds)
        try:
            sent = self.asked(AvatarUpload, request.data.dict() if request.data else {})["picture"]
        except (ParseError, AttributeError) as error:
            raise ValidationError({"picture": [REFUSED[Why.NOT_A_PICTURE]]}) from error
        try:
            if sent.size > MOST_BYTES:
                raise BadPicture(Why.TOO_LARGE)
            avatars.take(user, sent.read())
        except BadPicture as error:
            raise ValidationError({"picture": [REFUSED[error.why]]}, code=error.why) from error
        return Response(None)

    @extend_schema(responses={200: None}, summary="Delete one's picture")
    def delete(self, request: Request) -> Response:
        avatars.remove(account_only(request.user))
        return Response(None)

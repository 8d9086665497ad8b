import csv
from typing import Any, Final, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from billing.entitlement import gifts
from billing.models import GiftCode

from .desk import Looked, ask_reason, learner_link

MOST_CODES: Final = 200
MOST_DAYS: Final = 3660
SHOWN_FOR: Final = 900
"""Seconds for which codes that were just made can be looked at and downloaded by who made them."""
_SALT: Final = "billing.made_codes"


class MakeForm(forms.Form):
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MOST_CODES, initial=1)
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=1, max_value=MOST_DAYS, initial=30)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy("Whom the codes are for, and why. Learners don't see it."),
    )


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", gettext_lazy("not used")),
            ("used", gettext_lazy("used")),
            ("void", gettext_lazy("void")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[GiftCode]) -> QuerySet[GiftCode]:
        match self.value():
            case "open":
                return queryset.filter(void_at=None, used_at=None)
            case "used":
                return queryset.filter(void_at=None, used_at__isnull=False)
            case "void":
                return queryset.filter(void_at__isnull=False)
        return queryset


@admin.register(GiftCode)
class GiftCodeAdmin(Looked):
    """Codes are shown in full only to who makes them, just then; afterwards by their last four signs."""

    list_display = ["sign", "days", "state", "used_by", "bought_by", "reason", "made_by", "created_at"]
    list_select_related = ["grant__user", "checkout__user", "made_by"]
    list_filter = [StateFilter]
    search_fields = ["grant__user__email", "checkout__user__email", "reason"]
    search_help_text = gettext_lazy("A learner's email, the reason, or the last four characters of the code.")
    ordering = ["-created_at", "-pk"]
    fields = ["sign", "days", "state", "used_by", "bought_by", "reason", "made_by", "created_at", "void_at"]
    readonly_fields = ["sign", "state", "used_by", "bought_by"]
    actions = ["void"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[GiftCode], search_term: str
    ) -> tuple[QuerySet[GiftCode], bool]:
        found, doubled = super().get_search_results(request, queryset, search_term)
        code = gifts.normal_code(search_term)
        # By exactly four signs or all: signs in between would tell the rest one by one.
        if len(code) == 4:
            found |= queryset.filter(code__endswith=code)
        elif len(code) == gifts.LENGTH:
            found |= queryset.filter(code=code)
        return found, doubled

    @admin.display(description=gettext_lazy("code"))
    def sign(self, gift: GiftCode) -> str:
        return str(gift)

    @admin.display(description=gettext_lazy("state"))
    def state(self, gift: GiftCode) -> str:
        return word_for(gift)

    @admin.display(description=gettext_lazy("used by"))
    def used_by(self, gift: GiftCode) -> str:
        return learner_link(gift.grant.user if gift.grant else None)

    @admin.display(description=gettext_lazy("bought by"))
    def bought_by(self, gift: GiftCode) -> str:
        return learner_link(gift.checkout.user if gift.checkout else None)

    def get_urls(self) -> list[URLPattern]:
        made = self.admin_site.admin_view(self.made)
        return [path("made/<str:token>/", made, name="billing_giftcode_made"), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make codes, all with one reason."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = MakeForm(request.POST or None)
        if form.is_valid():
            made = self._make(request, **form.cleaned_data)
            token = signing.dumps(
                [str(request.user.pk), [gift.pk for gift in made]], salt=_SALT, compress=True
            )
            return redirect("admin:billing_giftcode_made", token)
        page = {"title": _("Create gift codes"), "form": form}
        return self._page(request, "make.html", page)

    @transaction.atomic
    def _make(self, request: HttpRequest, *, count: int, days: int, reason: str) -> list[GiftCode]:
        maker = cast(User, request.user)
        made = [gifts.make_code(days=days, reason=reason, made_by=maker) for _number in range(count)]
        for gift in made:
            self.log_addition(request, gift, f"Made for {days} days. Reason: {reason}")
        return made

    @method_decorator([require_safe, never_cache])
    def made(self, request: HttpRequest, token: str) -> HttpResponse:
        """The codes that were just made, in full, as a page or as a file."""
        try:
            maker, ids = signing.loads(token, salt=_SALT, max_age=SHOWN_FOR)
        except signing.BadSignature as error:
            raise Http404 from error
        if maker != str(request.user.pk) or not self.has_add_permission(request):
            raise PermissionDenied
        made = list(GiftCode.objects.filter(pk__in=ids).order_by("pk"))
        if request.GET.get("as") == "csv":
            return codes_csv(made)
        codes = [gifts.in_groups(gift.code) for gift in made]
        said = ngettext("%(n)s gift code", "%(n)s gift codes", len(made)) % {"n": len(made)}
        return self._page(request, "made.html", {"title": said, "codes": codes, "days": made[0].days})

    def _page(self, request: HttpRequest, template: str, page: dict[str, Any]) -> HttpResponse:
        page |= {"opts": self.opts, "media": self.media} | self.admin_site.each_context(request)
        return render(request, f"admin/billing/giftcode/{template}", page)

    @admin.action(description=gettext_lazy("Take back"), permissions=["change"])
    def void(self, request: HttpRequest, chosen: QuerySet[GiftCode]) -> HttpResponse | None:
        reason = ask_reason(
            self,
            request,
            [f"{gift}: {word_for(gift)}" for gift in chosen],
            title=_("Take gift codes back"),
            says=_("The codes stop working, and what they have opened closes. This cannot be undone."),
            button=_("Take back"),
        )
        if not isinstance(reason, str):
            return reason
        voided = 0
        with transaction.atomic():
            for gift in GiftCode.objects.filter(pk__in=chosen.values("pk"), void_at=None).select_for_update():
                gifts.void(gift, now=timezone.now())
                self.log_change(request, gift, f"Taken back. Reason: {reason}")
                voided += 1
        said = ngettext("%(n)s gift code taken back.", "%(n)s gift codes taken back.", voided)
        messages.success(request, said % {"n": voided})
        return None


def word_for(gift: GiftCode) -> str:
    """What became of a code, in a word."""
    if gift.void_at:
        return _("void")
    return _("used") if gift.used_at else _("not used")


def codes_csv(made: list[GiftCode]) -> HttpResponse:
    """One code a line, for a mail merge or a printer."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="gift-codes.csv"'},
    )
    rows = csv.writer(response)
    rows.writerow(["code", "days"])
    rows.writerows([gifts.in_groups(gift.code), gift.days] for gift in made)
    return response

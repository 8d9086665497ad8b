from dataclasses import dataclass
from typing import Any, ClassVar, Final, cast

from allauth.account.admin import EmailAddress
from allauth.account.decorators import secure_admin_login
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.contrib.auth.forms import UserChangeForm as DjangoUserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .access import as_stranger
from .emails import one_email
from .forms import LayoutField
from .models import StaffAct, User
from .names import NameField
from .personal_data import deletion
from .staff import impersonation
from .staff.admin import StaffActAdmin
from .staff.pages import act_as_learner

# The admin's own form knows no limit of failed attempts; ours does.
admin.site.login = as_stranger(secure_admin_login(admin.site.login))  # type: ignore[assignment,method-assign]


# What a role may do stands in the code (`setup_roles`), which says so again at every start.
admin.site.unregister(Group)
# What opens somebody's account is nobody's to read or to write; sites that sign in are named by settings.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])

ROLES: Final = {"editor": _("editor"), "support": _("support"), "admin": _("administrator")}


class RolesField(forms.ModelMultipleChoiceField):
    """The roles of a person, in the words of the reader."""

    def label_from_instance(self, group: Group) -> str:
        return str(ROLES.get(group.name, group.name))


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ROLES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() in ROLES else queryset


class UserCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["email"]

    def clean_email(self) -> str:
        return one_email(self.cleaned_data["email"])


class UserChangeForm(DjangoUserChangeForm):
    name = NameField(label=_("name"), required=False, max_length=User._meta.get_field("name").max_length)
    layout = LayoutField()
    groups = RolesField(
        Group.objects.order_by("name"), label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            cast(NameField, self.fields["name"]).kept = self.instance.name


class PasswordForm(AdminPasswordChangeForm):
    # Django puts this one together when it is imported, in English.
    usable_password_help_text = _(  # type: ignore[assignment]
        "If you turn this off, nobody can sign in with the current password anymore."
    )


@dataclass(frozen=True, slots=True)
class LearnerPage:
    """A page about a learner that another app has: `url_name` takes her id."""

    label: Promise
    url_name: str
    permission: str


_PAGES: Final[list[LearnerPage]] = []


def add_page_of_learner(page: LearnerPage) -> None:
    """Lead from a learner's page here to one of an app above, for who may see it."""
    _PAGES.append(page)


add_page_of_learner(
    LearnerPage(
        _("Act as this learner"),
        "admin:accounts_user_act_as",
        impersonation.PERMISSION,
    )
)
admin.site.register(StaffAct, StaffActAdmin)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts. Guests are nobody's to look at; an email changes only through its owner's confirmation."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = PasswordForm
    list_display = ["email", "name", "is_active", "is_staff", "last_seen"]
    list_filter = ["is_active", "is_staff", RoleFilter]
    search_fields = ["email", "name"]
    ordering = ["-last_seen"]
    filter_horizontal: ClassVar = []
    actions = None
    readonly_fields = ["date_joined", "last_seen", "erase_at"]
    fieldsets = [
        (None, {"fields": ["email", "name"]}),
        (_("Preferences"), {"fields": ["language", "layout", "unit", "timezone"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "groups", "password"]}),
        (_("Times"), {"fields": ["date_joined", "last_seen", "erase_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "password1", "password2"]})]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody becomes mightier than her role by another's password: a superuser is a superuser's to change."""
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """As if she had asked for it: whoever is deleted has a week, a line in the ledger, and nothing left."""
        deletion.request(obj, now=timezone.now())
        messages.info(request, _("The account is closed. It will be deleted for good in seven days."))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Nothing to list: the account is only closed."""
        return [], {}, set(), []

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Without Django's word that she was deleted."""
        return self.response_post_save_change(request, None)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(act_as_learner)
        return [path("<uuid:pk>/act-as/", page, name="accounts_user_act_as"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).exclude(email=None)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return [*self.readonly_fields, "email"] if obj else self.readonly_fields

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who may only look sees neither the preferences nor the password's digest."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ["email", "name", "is_active", "date_joined", "last_seen", "erase_at"]})]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        pages = [page for page in _PAGES if request.user.has_perm(page.permission)]
        return super().change_view(request, object_id, form_url, (extra_context or {}) | {"pages": pages})


def _may_touch(request: HttpRequest, obj: User | None) -> bool:
    return obj is None or not obj.is_superuser or bool(request.user.is_superuser)

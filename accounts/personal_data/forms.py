from typing import Any

from django import forms

from accounts.forms import CurrentPasswordField, PlainForm, check_current
from accounts.models import User


class DeletionForm(PlainForm, forms.Form):
    """Asks for the password again, of who has one."""

    password = CurrentPasswordField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.is_guest or not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        return check_current(self.user, self.cleaned_data["password"])

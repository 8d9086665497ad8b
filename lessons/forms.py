from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from .course_files import LONGEST_TEXT, joined, texts_in, typed_form
from .keyboards import layout, layouts
from .models import Block, Course, Lesson, localised
from .problems import describe, is_blocking


class TypedTextField(forms.CharField):
    """The text of a lesson in a textarea, in the form it is typed in."""

    widget = forms.Textarea(
        attrs={
            "rows": 8,
            "class": "typed-text",
            "spellcheck": "false",
            "autocapitalize": "off",
            "autocorrect": "off",
            "translate": "no",
        }
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Typed text"), required=False, strip=False, max_length=LONGEST_TEXT, **options
        )

    def clean(self, value: Any) -> str:
        return typed_form(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return typed_form(initial or "") != typed_form(data or "")


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Find a lesson"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"max_length": _("Keep it to 100\u00a0characters or fewer.")},
    )


class DraftForm(forms.Form):
    """What the checks of a text need to know about its lesson, saved or not."""

    course = forms.ModelChoiceField(Course.objects.all())
    number = forms.IntegerField(min_value=1, max_value=32767)
    kind = forms.ChoiceField(choices=Lesson.Kind.choices)
    new_characters = forms.CharField(required=False, max_length=64)
    length = forms.IntegerField(min_value=1, max_value=32767)
    typed_text = TypedTextField()

    def lesson(self) -> Lesson:
        plan = {name: value for name, value in self.cleaned_data.items() if name != "typed_text"}
        return Lesson(**plan)


class BlockField(forms.ModelChoiceField):
    def label_from_instance(self, block: Block) -> str:
        return f"{block.course} › {block}"


class CourseForm(forms.ModelForm):
    layout = forms.ChoiceField(
        label=_("Keyboard layout"),
        choices=lambda: [(code, localised(**layout(code).names)) for code in layouts()],
    )

    class Meta:
        model = Course
        fields = "__all__"  # noqa: DJ007


class BlockForm(forms.ModelForm):
    def clean(self) -> None:
        super().clean()
        if "position" in self.changed_data and self.instance.loaded_digest:
            self.instance.loaded_digest = Block.MOVED

    def validate_constraints(self) -> None:
        """Blocks may exchange positions: the formset, which holds them all, finds a position given twice."""


class OrderForm(forms.Form):
    """The places of the blocks and lessons of a course, each by its number; a lesson's by its block, too."""

    def __init__(self, data: Any, *, blocks: Sequence[Block], lessons: Sequence[Lesson]) -> None:
        super().__init__(data)
        self.blocks, self.lessons = blocks, lessons
        choices = [(block.pk, f"{block.position}. {block}") for block in blocks]
        for block in blocks:
            self.fields[f"position-{block.pk}"] = self._number(
                block.position, _("Position of block “%s”"), block
            )
        for lesson in lessons:
            self.fields[f"number-{lesson.pk}"] = self._number(
                lesson.number, _("Number of lesson “%s”"), lesson
            )
            self.fields[f"block-{lesson.pk}"] = forms.TypedChoiceField(
                choices=choices,
                coerce=int,
                initial=lesson.block_id,
                widget=forms.Select(attrs={"aria-label": _("Block of lesson “%s”") % lesson}),
            )

    @staticmethod
    def _number(now: int, said: Any, row: Block | Lesson) -> forms.IntegerField:
        widget = forms.NumberInput(attrs={"aria-label": said % row})
        return forms.IntegerField(min_value=1, max_value=32767, initial=now, widget=widget)

    def rows(
        self,
    ) -> list[tuple[Block, forms.BoundField, list[tuple[Lesson, forms.BoundField, forms.BoundField]]]]:
        """Each block with its field and its lessons with theirs."""
        return [
            (
                block,
                self[f"position-{block.pk}"],
                [
                    (lesson, self[f"number-{lesson.pk}"], self[f"block-{lesson.pk}"])
                    for lesson in self.lessons
                    if lesson.block_id == block.pk
                ],
            )
            for block in self.blocks
        ]

    def positions(self) -> dict[int, int]:
        return {block.pk: self.cleaned_data[f"position-{block.pk}"] for block in self.blocks}

    def places(self) -> dict[int, tuple[int, int]]:
        """Block and number by lesson."""
        return {
            lesson.pk: (self.cleaned_data[f"block-{lesson.pk}"], self.cleaned_data[f"number-{lesson.pk}"])
            for lesson in self.lessons
        }


ONE_LINE = ("goal_ru", "goal_en", "tip_ru", "tip_en")
"""Fields of a lesson too long for an input, so that all that is typed shows; whatever is typed is one line."""


class LessonForm(forms.ModelForm):
    """A lesson with its text; a published one must be typeable with what has been taught."""

    block = BlockField(Block.objects.select_related("course"), label=_("Block"))
    typed_text = TypedTextField(
        help_text=_(
            "Each line is an exercise. A changed text applies from now on; earlier sessions keep theirs."
        )
    )

    class Meta:
        model = Lesson
        exclude = ("text",)  # noqa: DJ006
        widgets = {name: forms.Textarea({"rows": 2, "class": "one-line"}) for name in ONE_LINE} | {
            "further_texts": TypedTextField.widget
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            blocks = Block.objects.filter(course=self.instance.course).select_related("course")
            cast(BlockField, self.fields["block"]).queryset = blocks
            self.initial.setdefault("typed_text", self.instance.text.body if self.instance.text else "")

    def clean_typed_text(self) -> str:
        body: str = self.cleaned_data["typed_text"]
        if "\n\n" in body:
            said = _(
                "An empty line separates texts: put all but the first one into the field “Further texts”."
            )
            raise forms.ValidationError(said)
        return body

    def clean(self) -> None:
        super().clean()
        self.cleaned_data |= {
            name: " ".join(self.cleaned_data[name].split()) for name in ONE_LINE if name in self.cleaned_data
        }
        self.cleaned_data["further_texts"] = joined(texts_in(self.cleaned_data.get("further_texts", "")))
        block, course = self.cleaned_data.get("block"), self.cleaned_data.get("course")
        if block and course and block.course_id != course.pk:
            self.add_error("block", _("This block belongs to another course."))

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors and self.instance.is_published:
            self._refuse_to_publish()

    def _refuse_to_publish(self) -> None:
        body = self.cleaned_data["typed_text"]
        if not body:
            self.add_error("is_published", _("A lesson without a text cannot be published."))
            return
        for problem in filter(is_blocking, self.instance.problems(body)):
            self.add_error("typed_text", describe(problem))
        for number, further in enumerate(texts_in(self.cleaned_data["further_texts"]), 2):
            for problem in filter(is_blocking, self.instance.problems(further)):
                self.add_error("further_texts", describe(problem, number))

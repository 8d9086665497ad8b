"""What the coach says, in templates."""

from django import template

from coaching import wording
from progress.wording import growth_sentence

register = template.Library()
register.filter(growth_sentence)
for spoken in (
    wording.achieved,
    wording.cost_sentence,
    wording.day,
    wording.forecast_sentence,
    wording.headline,
    wording.in_a_row,
    wording.item_name,
    wording.method_name,
    wording.method_sentence,
    wording.noticed_sentence,
    wording.practised_sentence,
    wording.run_sentence,
    wording.seconds,
    wording.share,
    wording.strengths_sentence,
    wording.weakness_reason,
    wording.weakness_sentence,
):
    register.filter(spoken)
for told in (
    wording.level_sentence,
    wording.step_aim,
    wording.step_name,
):
    register.simple_tag(told)

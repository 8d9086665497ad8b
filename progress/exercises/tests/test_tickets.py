import pytest

from progress.exercises.tickets import InvalidTicket, open_ticket, sign_ticket
from tests.factories import lesson_of, make_ticket


def test_a_ticket_survives_the_round_trip(course, anna):
    ticket = make_ticket(anna, lesson_of(course))
    assert open_ticket(sign_ticket(ticket)) == ticket
    with pytest.raises(InvalidTicket):
        open_ticket(sign_ticket(ticket)[:-2])

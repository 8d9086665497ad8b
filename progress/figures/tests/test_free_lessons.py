from progress.figures.free_lessons import free_lessons


def test_letters_of_the_free_lessons_and_those_left_out(course):
    from lessons.models import Lesson

    Lesson.objects.filter(number=1).update(new_characters="ао", is_free=True)
    Lesson.objects.filter(number=2).update(new_characters="её", is_free=True)
    Lesson.objects.filter(number=3).update(new_characters="ж.Ф", is_free=False)
    course.save()
    (part,) = free_lessons()
    assert (part.letters, part.missing, part.lessons) == ("а е ё о", "ж", 2)

"""Everything that is counted of a learner's sessions, to hold one way of counting against another."""

from progress.models import DailyStat, LessonProgress, SkillProfile

FIELDS = ("lesson__number", "runs", "accurate_runs", "best_stars", "best_cpm", "best_accuracy", "last_at")
DAY = ("date", "layout", "course", *DailyStat.SUMS, "best_cpm")
ZONES = ("Asia/Vladivostok", "America/New_York", "UTC")


def aggregates(user) -> list[list[tuple]]:
    rows = [
        LessonProgress.objects.filter(user=user).order_by("lesson__number").values_list(*FIELDS),
        SkillProfile.objects.filter(user=user)
        .order_by("layout")
        .values_list("layout", "state", "counted_at"),
        DailyStat.objects.filter(user=user).order_by("date", "layout", "course").values_list(*DAY),
    ]
    return [list(table) for table in rows]

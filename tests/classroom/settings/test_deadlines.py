"""What is late, and what that costs."""

from datetime import datetime, timedelta

import pytest

from mlp2xlsx.classroom.settings import Settings
from mlp2xlsx.classroom.settings.deadlines import days_late, deadline_hint, is_closed, share_left
from mlp2xlsx.classroom.submissions import Submission

DEADLINE = datetime(2024, 5, 31, 12)
BY_DATE = Settings(deadline=DEADLINE, late_is="date")


def sent(place="a.xlsx", **after):
    return Submission(place, (DEADLINE + timedelta(**after)).timestamp(), None, place)


@pytest.mark.parametrize(
    ("after", "days"),
    [({"hours": -1}, 0), ({}, 0), ({"minutes": 1}, 1), ({"hours": 24}, 1), ({"hours": 25}, 2)],
)
def test_by_its_date_each_day_begun_counts(after, days):
    assert days_late(BY_DATE, sent(**after)) == days
    assert days_late(BY_DATE, sent("leili_LATE_1_2_a.xlsx", **after)) == days


@pytest.mark.parametrize(
    ("place", "days"),
    [("leili_LATE_1_2_a.xlsx", 3), ("leili_1_2_a.xlsx", 0), ("x/a_LATE_b.xlsx", 0), ("Li Lei_1_assignsubmission_file_/LATE.xlsx", 0)],
)  # fmt: skip
def test_by_what_the_platform_says(place, days):
    assert days_late(Settings(deadline=DEADLINE), sent(place, days=2, hours=1)) == days


def test_without_a_date_or_a_deadline_a_platform_says_one_day():
    late = Submission("leili_LATE_1_2_a.xlsx", 0.0, None, "")
    assert (
        days_late(Settings(deadline=DEADLINE), late) == days_late(Settings(), sent(late.place, days=9)) == 1
    )
    assert days_late(BY_DATE, late) == 0


@pytest.mark.parametrize(
    ("settings", "days", "share"),
    [(Settings(), 5, 1), (Settings(late="nothing"), 1, 0), (Settings(late="nothing"), 0, 1),
     (Settings(late_per_day=10), 3, 0.7), (Settings(late_per_day=40), 3, 0)],
    ids=["flagged", "nothing", "in-time", "per-day", "no-less-than-nothing"],
)  # fmt: skip
def test_what_is_left(settings, days, share):
    assert share_left(settings, days) == pytest.approx(share)


@pytest.mark.parametrize(
    ("settings", "place", "told"),
    [
        (Settings(deadline=DEADLINE), "Li Lei_1_assignsubmission_file_/a.xlsx", True),
        (Settings(deadline=DEADLINE), "leili_1_2_a.xlsx", False),
        (Settings(), "a.xlsx", False),
        (BY_DATE, "a.xlsx", False),
    ],
    ids=["moodle", "canvas", "no-deadline", "by-date"],
)
def test_a_deadline_that_has_no_effect_is_told(settings, place, told):
    assert ("nobody is late" in deadline_hint(settings, [sent(place)])) == told


def test_what_is_closed():
    settings = Settings(closes=DEADLINE)
    assert [is_closed(settings, sent(minutes=minutes)) for minutes in (-1, 0, 1)] == [False, False, True]
    assert not is_closed(Settings(), sent(days=99))

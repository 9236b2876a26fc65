"""A clock set by hand. It is all that many a child process of the tests needs, and so stands by itself."""

from datetime import date, datetime, time, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30))


class Clock:
    def __init__(self, on: date = date(2026, 11, 10)) -> None:
        self.moment = datetime.combine(on, time(11), IST)

    def __call__(self) -> datetime:
        return self.moment

    def to(self, on: date) -> None:
        self.moment = datetime.combine(on, time(11), IST)

    def forward(self, by: timedelta) -> None:
        self.moment += by

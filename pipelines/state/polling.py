"""When a listing is asked for again. Pure."""

from datetime import timedelta

# Cron and the daemon run hourly at most often by the shipped schedules; a little less, or a run that starts a minute
# early would pass the listing over and look two hours later.
SHORTEST = timedelta(minutes=45)
# Once a day however quiet it is: a portal that wakes up is seen the same day.
LONGEST = timedelta(days=1)
# A newspaper that is quiet for a night (8 h) is still asked every hour; one quiet for a day every three.
SHARE = 8


def next_look(quiet: timedelta) -> timedelta:
    """How long to wait: an eighth of the time *quiet* for which the listing has shown nothing new, within bounds.

    So the number of idle requests grows with the logarithm of the silence, and news after a silence of t is seen
    at most t/8 late.
    """
    return min(max(quiet / SHARE, SHORTEST), LONGEST)


# A page that fails is tried again after 1, 4, 16 and 64 hours and then weekly: an outage passes, and what is a page's
# own fault is not worth an hourly request.
FIRST_RETRY = timedelta(hours=1)
WEEK = timedelta(days=7)
TRIES = 8


def next_try(tries: int) -> timedelta | None:
    """How long to wait after the *tries*-th failure in a row; None: it is given up."""
    if tries >= TRIES:
        return None
    factor: int = 4 ** (tries - 1)
    return min(FIRST_RETRY * factor, WEEK)

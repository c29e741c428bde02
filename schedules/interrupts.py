"""Ctrl-C and SIGTERM heard between two steps of the work, never in the midst of one."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class Interrupts:
    """*count*: how often the program was told to end so far."""

    count: int = 0


@contextlib.contextmanager
def heard() -> Iterator[Interrupts]:
    """Counts SIGINT and SIGTERM instead of raising KeyboardInterrupt wherever the program happens to be.

    An exception that strikes between a page's arrival and its place in the archive would lose the page for as long as
    the process goes on with its work. Python lets signals be handled in the main thread alone; elsewhere none arrive,
    and nothing is changed. A signal that the caller's caller had ignored (nohup) stays ignored.
    """
    told = Interrupts()

    def hear(*_: object) -> None:
        told.count += 1

    if threading.current_thread() is not threading.main_thread():
        yield told
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    taken = [number for number, handler in before.items() if callable(handler)]
    for number in taken:
        signal.signal(number, hear)
    try:
        yield told
    finally:
        for number in taken:
            signal.signal(number, before[number])

"""One side as a process tree: its CPU to the end, and the memory of each of its processes while it lasts."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.2


@dataclass(slots=True, kw_only=True)
class Watched:
    """*cpu*: seconds, user and system, of the process and all its descendants. *by_role*: what sampling saw of it.
    *peak*: bytes of resident memory per role (its largest process); *sum*: of the tree and *beside* at one moment,
    pages that processes share counted in each.
    """

    cpu: float = 0.0
    wall: float = 0.0
    by_role: dict[str, float] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    sum: int = 0


def role_of(process: psutil.Process, before: str) -> str:
    """*before*: what it was at the last look; one that has just been killed has no command line any more."""
    command = " ".join(process.cmdline())
    if not command:
        return before
    if "lagged_child" in command:
        return "crawl"
    if "spawn_main" in command:
        return "worker"
    return "helper" if "resource_tracker" in command else "main"


def watch(command: Sequence[str], *, beside: psutil.Process | None = None) -> Watched:
    """Run *command* (a script of this folder) to its end. Raises CalledProcessError where it fails."""
    found, seen = Watched(), {}  # type: Watched, dict[int, tuple[str, float]]
    began = time.monotonic()
    script = str(Path(__file__).with_name(command[0]))
    process = subprocess.Popen([sys.executable, script, *command[1:]])
    while True:
        # Not Popen.wait: it keeps the resource usage to itself. wait4's covers descendants that were waited for: all.
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        _sample(psutil.Process(process.pid), beside, found, seen)
        time.sleep(SAMPLE_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    found.cpu, found.wall = usage.ru_utime + usage.ru_stime, time.monotonic() - began
    for role, cpu in seen.values():
        found.by_role[role] = found.by_role.get(role, 0.0) + cpu
    return found


def _sample(
    root: psutil.Process, beside: psutil.Process | None, found: Watched, seen: dict[int, tuple[str, float]]
) -> None:
    total = 0
    try:
        others = [(beside, "datasette")] if beside is not None else []
        tree = [root, *root.children(recursive=True)]
    except psutil.Error:
        return
    for process, given in [*((p, "") for p in tree), *others]:
        try:
            with process.oneshot():
                role = given or role_of(process, seen.get(process.pid, ("main",))[0])
                memory, times = process.memory_info().rss, process.cpu_times()
        except psutil.Error:  # it has just ended
            continue
        total += memory
        found.peak[role] = max(found.peak.get(role, 0), memory)
        if not given:
            seen[process.pid] = (role, times.user + times.system)
    found.sum = max(found.sum, total)

"""What the operating system says about a process."""

from __future__ import annotations

import time

import psutil


def rss_mib(pid: int) -> float:
    """Resident memory, shared pages included."""
    return float(psutil.Process(pid).memory_info().rss / 2**20)


def cpu_seconds(pid: int) -> float:
    """Processor time used so far by every thread, ended ones included; child processes are not.

    Read from the process's own CPU clock, in nanoseconds: what /proc shows is sampled by the timer tick, and on a
    virtual machine misses much of what runs in between.
    """
    return time.clock_gettime(~pid << 3 | 2)


def children(pid: int) -> list[psutil.Process]:
    """Every descendant that lives."""
    return [
        child
        for child in psutil.Process(pid).children(recursive=True)
        if child.is_running() and child.status() != psutil.STATUS_ZOMBIE
    ]


def threads(pid: int) -> int:
    return int(psutil.Process(pid).num_threads())


def open_files(pid: int) -> int:
    """Open file descriptors, sockets and pipes included."""
    return int(psutil.Process(pid).num_fds())

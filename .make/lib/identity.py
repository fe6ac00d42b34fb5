"""Who a process is: a process id is given out again, an id with its start time and boot is not."""

import os
import select
import signal


def start_time(pid):
    """The time at which the process started, in ticks since boot; None when there is no such process.
    A process that has ended and waits to be collected counts as none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def boot():
    """An id of this boot of the machine."""
    with open("/proc/sys/kernel/random/boot_id") as file:
        return file.read().strip()


def identity(pid):
    """What to write down so that the process can be recognised later; None when it is gone."""
    started = start_time(pid)
    return None if started is None else {"pid": pid, "started": started, "boot": boot()}


def end(known, first_signal, seconds):
    """Ends the process with this identity, if it still is that process: first asks, then kills.
    Returns whether there was one. The pid is held by a descriptor, so that it cannot change hands."""
    if known.get("boot") != boot():
        return False
    try:
        descriptor = os.pidfd_open(known["pid"])
    except OSError:
        return False
    try:
        if start_time(known["pid"]) != known["started"]:
            return False
        for number, patience in ((first_signal, seconds), (signal.SIGKILL, 5)):
            signal.pidfd_send_signal(descriptor, number)
            if select.select([descriptor], [], [], patience)[0]:
                break
        return True
    except ProcessLookupError:
        return True
    finally:
        os.close(descriptor)

"""Latency where there is room: each program at half of the requests a second that it carried, evenly paced."""

from lib.measure import Case, middle, paced, rounds


def measure(programs, log, count, seconds, report):
    """The p99 in milliseconds by program, None where the pace was not kept. `programs` are server, URL and
    saturation by name."""
    cases = [_case(name, *what, log, seconds) for name, what in programs.items()]
    samples = rounds(cases, count, report)
    return {name: _p99(samples[name], saturation / 2) for name, (_, _, saturation) in programs.items()}


def _case(name, server, url, saturation, log, seconds):
    def apply(shorter):
        return paced(url, log, shorter or seconds, saturation / 2)

    return Case(name, {"program": lambda: server.pids}, apply)


def _p99(samples, rate):
    kept = middle(samples, lambda sample: sample.load.per_second) >= 0.9 * rate
    return middle(samples, lambda sample: sample.load.p99) if kept else None

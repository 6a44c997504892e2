"""From what was noted in the windows to the journey's figures."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.generator import Report
from benchmarks.report import Figure, median, percentile
from benchmarks.workload import SHARES, Kind
from exchange.refusals import Refusal

SECOND_NS: Final = 1_000_000_000
MILLISECOND_NS: Final = 1_000_000
STALL_NS: Final = 50 * MILLISECOND_NS
"""A commit that takes longer is a stall of the disk, reported apart."""
FDATASYNC_TIMES: Final = 5
FDATASYNC_PLUS_MS: Final = 5.0
MEBIBYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was noted in one stretch of time."""

    rate_per_s: int | None
    """None at saturation."""
    from_ns: int
    until_ns: int
    scheduled: "array[int]"
    resolved: "array[int]"
    commits: "array[int]"
    commands_in_batches: "array[int]"
    cpu_s: float
    writer_cpu_s: float
    rss_before: int
    rss_after: int
    before: Report
    after: Report
    collector_pauses_ns: Sequence[int]
    raw_rows_per_s: float = 0.0

    @property
    def window_s(self) -> float:
        """How long it was."""
        return (self.until_ns - self.from_ns) / SECOND_NS

    @property
    def mean_batch(self) -> float:
        """Commands in a transaction, on average."""
        return sum(self.commands_in_batches) / len(self.commands_in_batches)

    @property
    def commands_per_s(self) -> float:
        """Outcomes within the window by its length."""
        return self._commands / self.window_s

    @property
    def commands_per_s_without_stalls(self) -> float:
        """The same without the time in which a stalled commit held everybody up."""
        stalled_ns = sum(end_ns - begin_ns for begin_ns, end_ns in self.stalls())
        return self._commands / (self.window_s - stalled_ns / SECOND_NS)

    @property
    def summary(self) -> str:
        """The window on one line, for who waits."""
        pace = "saturated" if self.rate_per_s is None else f"{self.rate_per_s}/s"
        latencies_ms = self.latencies_ms()
        p50_ms, p99_ms = percentile(latencies_ms, 50), percentile(latencies_ms, 99)
        return (
            f"{pace:10} {self.commands_per_s:8,.0f} commands/s  p50 {p50_ms:8.2f} ms  "
            f"p99 {p99_ms:8.2f} ms  {len(self.stalls())} stalls"
        )

    @property
    def _commands(self) -> int:
        return sum(1 for resolved_ns in self.resolved if resolved_ns <= self.until_ns)

    def stalls(self) -> list[tuple[int, int]]:
        """Begin and end of the commits that took longer than STALL_NS."""
        begins, ends = self.commits[0::2], self.commits[1::2]
        pairs = zip(begins, ends, strict=True)
        return [(begin_ns, end_ns) for begin_ns, end_ns in pairs if end_ns - begin_ns > STALL_NS]

    def commit_ms(self) -> list[float]:
        """How long each commit took."""
        begins, ends = self.commits[0::2], self.commits[1::2]
        pairs = zip(begins, ends, strict=True)
        return [(end_ns - begin_ns) / MILLISECOND_NS for begin_ns, end_ns in pairs]

    def latencies_ms(self, *, without_stalls: bool = False) -> list[float]:
        """From the scheduled moment to the outcome, of each command."""
        stalls = self.stalls() if without_stalls else []
        return [
            (resolved_ns - scheduled_ns) / MILLISECOND_NS
            for scheduled_ns, resolved_ns in zip(self.scheduled, self.resolved, strict=True)
            if not any(begin < resolved_ns and scheduled_ns < end for begin, end in stalls)
        ]


def figures_of(windows: Sequence[Window], probe: Sequence[tuple[int, int]]) -> list[Figure]:
    """All figures of a run."""
    saturated = [window for window in windows if window.rate_per_s is None]
    paced = [window for window in windows if window.rate_per_s is not None]
    probe_p99_ms = _over(paced, lambda window: _probe_ms(window, probe, 99))
    return [
        *_saturation(saturated, probe),
        *_open(paced, probe_p99_ms),
        Figure(name="journey.fdatasync.p99_ms", value=probe_p99_ms, unit="ms"),
        Figure(
            name="journey.fdatasync.p50_ms",
            value=_over(paced, lambda window: _probe_ms(window, probe, 50)),
            unit="ms",
        ),
        *_memory(windows),
        *_mix(windows),
    ]


def _saturation(windows: Sequence[Window], probe: Sequence[tuple[int, int]]) -> list[Figure]:
    raw = _over(windows, lambda window: window.raw_rows_per_s)

    def figure(name: str, unit: str, of: Callable[[Window], float]) -> Figure:
        return Figure(name=f"journey.saturation.{name}", value=_over(windows, of), unit=unit)

    return [
        Figure(
            name="journey.saturation.commands_per_s",
            value=_over(windows, lambda window: window.commands_per_s),
            unit="1/s",
            baseline=raw,
        ),
        figure("raw_rows_per_s", "1/s", lambda window: window.raw_rows_per_s),
        figure("p50_ms", "ms", lambda window: percentile(window.latencies_ms(), 50)),
        figure("p99_ms", "ms", lambda window: percentile(window.latencies_ms(), 99)),
        figure("batch_commands", "1", lambda window: window.mean_batch),
        figure(
            "cpu_us_per_command",
            "us",
            lambda window: window.cpu_s * 1_000_000 / len(window.resolved),
        ),
        figure(
            "writer_cpu_us_per_command",
            "us",
            lambda window: window.writer_cpu_s * 1_000_000 / len(window.resolved),
        ),
        figure("commit_p99_ms", "ms", lambda window: percentile(window.commit_ms(), 99)),
        figure("fdatasync_p99_ms", "ms", lambda window: _probe_ms(window, probe, 99)),
        figure(
            "commands_per_s_without_stalls",
            "1/s",
            lambda window: window.commands_per_s_without_stalls,
        ),
        *_stalls("saturation", windows),
    ]


def _open(windows: Sequence[Window], probe_p99_ms: float) -> list[Figure]:
    name = f"open_{windows[0].rate_per_s}"

    def figure(name_end: str, of: Callable[[Window], float], baseline: float | None) -> Figure:
        value = _over(windows, of)
        return Figure(name=f"journey.{name}.{name_end}", value=value, unit="ms", baseline=baseline)

    return [
        figure("p50_ms", lambda window: percentile(window.latencies_ms(), 50), None),
        figure("p99_ms", lambda window: percentile(window.latencies_ms(), 99), probe_p99_ms),
        figure(
            "p99_without_stalls_ms",
            lambda window: percentile(window.latencies_ms(without_stalls=True), 99),
            probe_p99_ms,
        ),
        Figure(
            name=f"journey.{name}.p99_aim_ms",
            value=FDATASYNC_TIMES * probe_p99_ms + FDATASYNC_PLUS_MS,
            unit="ms",
            baseline=probe_p99_ms,
        ),
        figure("commit_p99_ms", lambda window: percentile(window.commit_ms(), 99), probe_p99_ms),
        Figure(
            name=f"journey.{name}.commands_per_s",
            value=_over(windows, lambda window: window.commands_per_s),
            unit="1/s",
            baseline=float(windows[0].rate_per_s or 0),
        ),
        *_stalls(name, windows),
    ]


def _stalls(name: str, windows: Sequence[Window]) -> list[Figure]:
    stalls = [stall for window in windows for stall in window.stalls()]
    longest_ns = max((end_ns - begin_ns for begin_ns, end_ns in stalls), default=0)
    pauses_ns = [pause_ns for window in windows for pause_ns in window.collector_pauses_ns]
    return [
        Figure(name=f"journey.{name}.stalls", value=len(stalls), unit="1"),
        Figure(
            name=f"journey.{name}.stall_longest_ms", value=longest_ns / MILLISECOND_NS, unit="ms"
        ),
        Figure(
            name=f"journey.{name}.collector_longest_ms",
            value=max(pauses_ns, default=0) / MILLISECOND_NS,
            unit="ms",
        ),
    ]


def _memory(windows: Sequence[Window]) -> list[Figure]:
    first, last = windows[0], windows[-1]
    commands = sum(len(window.resolved) for window in windows)
    grown = last.rss_after - first.rss_before
    seconds = (last.until_ns - first.from_ns) / SECOND_NS
    return [
        Figure(name="journey.memory.start_mib", value=first.rss_before / MEBIBYTE, unit="MiB"),
        Figure(name="journey.memory.end_mib", value=last.rss_after / MEBIBYTE, unit="MiB"),
        Figure(
            name="journey.memory.mib_per_million_commands",
            value=grown / MEBIBYTE * 1_000_000 / commands,
            unit="MiB",
        ),
        Figure(name="journey.memory.commands", value=commands, unit="1"),
        Figure(name="journey.memory.run_s", value=seconds, unit="s"),
    ]


def _mix(windows: Sequence[Window]) -> list[Figure]:
    before, after = windows[0].before, windows[-1].after
    sent = {kind: after.sent.get(kind, 0) - before.sent.get(kind, 0) for kind in Kind}
    commands = sum(sent.values())
    refused = {
        refusal: count - before.refused.get(refusal, 0) for refusal, count in after.refused.items()
    }
    crossing = sent[Kind.CROSSING]
    figures = [
        Figure(
            name=f"journey.mix.{kind.name.lower()}_per_cent",
            value=100 * count / commands,
            unit="%",
            baseline=float(SHARES[kind]),
        )
        for kind, count in sent.items()
    ]
    figures += [
        Figure(
            name="journey.mix.refused_per_cent",
            value=100 * sum(refused.values()) / commands,
            unit="%",
        ),
        Figure(
            name="journey.mix.transfers_per_crossing",
            value=(after.transfers_opened - before.transfers_opened) / crossing,
            unit="1",
        ),
        Figure(name="journey.mix.orders_open_start", value=before.orders_open, unit="1"),
        Figure(name="journey.mix.orders_open_end", value=after.orders_open, unit="1"),
        Figure(name="journey.mix.transfers_pending_end", value=after.transfers_pending, unit="1"),
    ]
    figures += [
        Figure(name=f"journey.mix.refused.{Refusal(refusal).name}", value=count, unit="1")
        for refusal, count in refused.items()
        if count
    ]
    return figures


def _probe_ms(window: Window, probe: Sequence[tuple[int, int]], per_cent: float) -> float:
    within = [
        duration_ns / MILLISECOND_NS
        for at_ns, duration_ns in probe
        if window.from_ns <= at_ns + duration_ns and at_ns <= window.until_ns
    ]
    return percentile(within, per_cent)


def _over(windows: Sequence[Window], of: Callable[[Window], float]) -> float:
    return median(of(window) for window in windows)

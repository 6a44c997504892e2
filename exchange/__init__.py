"""The core application: one order of commands, one deterministic state, one transaction a batch."""

if not __debug__:
    raise RuntimeError("exchange reports its bugs by assertions: it does not run under python -O")

"""The title register: who holds which units, what claims lie on them, and how title moves."""

if not __debug__:
    raise RuntimeError("registry reports its bugs by assertions: it does not run under python -O")

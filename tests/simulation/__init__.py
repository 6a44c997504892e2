"""What survives a crash: the real core over a disk, a clock and clients that are simulated from a
seed."""

"""A process that is there to be killed: a real venue under load, which reports what it has
acknowledged.

`python -m tests.simulation.victim DATABASE SEED [FILE_BYTES_MAX]` writes one line for each
acknowledged command: sequence, digest of the event bytes, command bytes in hexadecimal. It ends by
itself only if a fault stops the venue, such as a file that may not grow any more.
"""

import asyncio
import os
import resource
import sys
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final

from exchange.codec import encode_command, encode_events
from exchange.commands import AnyCommand
from exchange.errors import OutcomeUnknown, StoreFault
from exchange.sequencer import Outcome
from exchange.service import Exchange
from tests.simulation.traffic import Traffic, founding

UP: Final = b"up\n"
"""Written before the venue is opened: it may be killed while it starts, too."""
CLIENTS: Final = 8
STOPPED_BY_FAULT: Final = 3
"""The exit status after one."""


def acknowledgement(command: AnyCommand, outcome: Outcome) -> bytes:
    """The line that reports an outcome."""
    events = sha256(encode_events(outcome.events)).hexdigest()
    return f"{outcome.sequence} {events} {encode_command(command).hex()}\n".encode()


async def run(database: Path, seed: int) -> None:
    """Open the venue and load it, until it stops."""
    exchange = Exchange.open(database, accepts_clock_jumps=True)
    for command in founding():
        await exchange.submit(command)
    traffic = Traffic(Random(seed), key_prefix=f"life-{seed}")

    async def submit_for_ever() -> None:
        while True:
            command = traffic.draw(exchange._sequencer.state)
            outcome = await exchange.submit(command)
            os.write(sys.stdout.fileno(), acknowledgement(command, outcome))

    clients = [asyncio.create_task(submit_for_ever()) for _ in range(CLIENTS)]
    await asyncio.wait(clients)
    assert all(isinstance(client.exception(), OutcomeUnknown) for client in clients)
    assert isinstance(exchange.stopped.exception(), StoreFault)
    await exchange.stop()


def main() -> None:
    """Say that it is up, and run."""
    if len(sys.argv) > 3:
        file_bytes_max = int(sys.argv[3])
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes_max, file_bytes_max))
    os.write(sys.stdout.fileno(), UP)
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
    sys.exit(STOPPED_BY_FAULT)


if __name__ == "__main__":
    main()

"""How much Hypothesis tries: a little at every change, a lot on request."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

# One machine is ten times slower than another, so no test fails for having taken long.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Derandomised: a change is judged by the same examples on every machine, and two test processes
# share no database of examples.
settings.register_profile("default", UNTIMED, derandomize=True, max_examples=100)

# Fresh examples each time; what fails is kept in .hypothesis and printed, to be made a test.
settings.register_profile("soak", UNTIMED, max_examples=5_000, print_blob=True)

settings.load_profile(os.environ.get("TRUSTEX_HYPOTHESIS_PROFILE", "default"))

# The tests start the program hundreds of times. Where the environment forbids it to keep what it
# compiles, each of its processes would compile all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parents[1] / "build" / "bytecode")

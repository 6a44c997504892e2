"""The clock and the clients of the simulation: what the venue cannot rely on beside its disk."""

from dataclasses import dataclass
from random import Random
from typing import Final

from exchange.codec import bound_key, encode_events
from exchange.commands import AnyCommand
from exchange.limits import KEY_RETENTION_NS
from exchange.refusals import Refusal
from exchange.sequencer import Outcome, Sequencer
from exchange.types import Sequence
from registry.types import TimeNs
from tests.simulation.traffic import DAY_NS, MINUTE_NS, SECOND_NS, START_NS, Traffic

LOST_RATE: Final = 0.04
"""Of requests, and of answers."""
DUPLICATED_RATE: Final = 0.04
ASKED_AGAIN_RATE: Final = 0.05
OTHER_BODY_RATE: Final = 0.02
ANSWERS_KEPT_NS: Final = 6 * DAY_NS
"""Clients ask again within the retention of keys, which is seven days."""


class SimulatedClock:
    """A clock that runs, stalls, goes back and jumps as drawn."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._now_ns: int = START_NS

    def now_ns(self) -> TimeNs:
        """What the clock shows."""
        return TimeNs(self._now_ns)

    def run(self) -> None:
        """Some time passes, or the clock is set."""
        random, choice = self._random, self._random.random()
        if choice < 0.80:
            self._now_ns += random.randint(0, 2 * SECOND_NS)
        elif choice < 0.95:
            self._now_ns += random.randint(0, 50 * SECOND_NS)
        elif choice < 0.97:
            self._now_ns -= random.randint(0, 5 * MINUTE_NS)
        elif choice < 0.98:
            self._now_ns += random.randint(MINUTE_NS, 10 * MINUTE_NS)

    def be_down(self) -> None:
        """The time of an outage passes: mostly seconds, now and then longer than keys are kept."""
        choice = self._random.random()
        longest = SECOND_NS if choice < 0.7 else 3 * MINUTE_NS if choice < 0.97 else 9 * DAY_NS
        self._now_ns += self._random.randint(0, longest)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client was told."""

    command: AnyCommand
    sequence: Sequence
    at_ns: TimeNs
    events: bytes


class Clients:
    """Everybody who submits: they ask again with the same key until they have heard the outcome.

    The network between them and the venue loses, delays, reorders and repeats.
    """

    def __init__(self, random: Random, traffic: Traffic) -> None:
        self._random = random
        self._traffic = traffic
        self._on_the_way: list[AnyCommand] = []
        self.unanswered: dict[bytes, AnyCommand] = {}
        self.answers: dict[bytes, Answer] = {}
        self.unchecked: list[Answer] = []
        """Answers since the journal was last compared with them."""
        self.answered = 0

    def act(self, sequencer: Sequencer) -> None:
        """Send something new, ask again for something old, and let the network deliver."""
        random = self._random
        for _ in range(random.choice((0, 1, 1, 2, 3, 6))):
            self.send(self._traffic.draw(sequencer.state))
        if self.unanswered and random.random() < 0.3:
            self._on_the_way.append(random.choice(list(self.unanswered.values())))
        if self.answers and random.random() < ASKED_AGAIN_RATE:
            self._on_the_way.append(random.choice(list(self.answers.values())).command)
        if self.answers and random.random() < OTHER_BODY_RATE:
            answer = random.choice(list(self.answers.values()))
            self._ask_for_something_else(sequencer, answer.command)
        self._deliver(sequencer)

    def send(self, command: AnyCommand) -> None:
        """Ask for something new."""
        self.unanswered[bound_key(command)] = command
        self._on_the_way.append(command)

    def ask_again(self, sequencer: Sequencer) -> None:
        """After an outage: what is unknown is asked for again, and some of what is known."""
        self._on_the_way = list(self.unanswered.values())
        answers = list(self.answers.values())
        for answer in self._random.sample(answers, min(5, len(answers))):
            self._on_the_way.append(answer.command)
        self._deliver(sequencer)

    def forget(self, before_ns: TimeNs, journaled: dict[bytes, TimeNs]) -> None:
        """Stop asking for what is so old that its key may be free again.

        Args:
            journaled: when the commands of these keys were journaled.
        """
        for key, answer in list(self.answers.items()):
            if answer.at_ns < before_ns:
                del self.answers[key]
        for key in list(self.unanswered):
            if key in journaled and journaled[key] < before_ns:
                del self.unanswered[key]

    def _deliver(self, sequencer: Sequencer) -> None:
        random = self._random
        if random.random() < 0.5:
            random.shuffle(self._on_the_way)
        delayed = []
        for command in self._on_the_way:
            if random.random() < 0.1:
                delayed.append(command)
            elif random.random() >= LOST_RATE:
                self._offer(sequencer, command)
                if random.random() < DUPLICATED_RATE:
                    self._offer(sequencer, command)
        self._on_the_way = delayed

    def _offer(self, sequencer: Sequencer, command: AnyCommand) -> None:
        key = bound_key(command)

        def reply(outcome: Outcome) -> None:
            if self._random.random() >= LOST_RATE:
                self._hear(key, command, outcome)

        sequencer.offer(command, reply)

    def _hear(self, key: bytes, command: AnyCommand, outcome: Outcome) -> None:
        assert outcome.sequence is not None, (command, outcome)
        events = encode_events(outcome.events)
        earlier = self.answers.get(key)
        if earlier is None or self._is_free_again(earlier, outcome):
            answer = Answer(command, outcome.sequence, outcome.at_ns, events)
            self.answers[key] = answer
            self.unchecked.append(answer)
            self.unanswered.pop(key, None)
            self.answered += 1
        else:
            assert outcome.replayed, (earlier, outcome)
            assert (earlier.sequence, earlier.at_ns) == (outcome.sequence, outcome.at_ns)
            assert earlier.events == events, (earlier, outcome)

    def _is_free_again(self, earlier: Answer, outcome: Outcome) -> bool:
        """Whether the key came so late that the exchange need not know it any more."""
        late = outcome.at_ns - earlier.at_ns >= KEY_RETENTION_NS
        return late and outcome.sequence is not None and not outcome.replayed

    def _ask_for_something_else(self, sequencer: Sequencer, command: AnyCommand) -> None:
        earlier = self.answers[bound_key(command)]

        def reply(outcome: Outcome) -> None:
            if self._is_free_again(earlier, outcome):
                return
            assert outcome.sequence is None, outcome
            assert outcome.refusal is Refusal.IDEMPOTENCY_KEY_REUSED, outcome

        sequencer.offer(self._traffic.other_body(command), reply)

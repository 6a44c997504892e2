"""One connection of the feed, without a socket: text in, frames out. Time comes in as an argument.

The shell must send what `frames_to_send` gives, in order, then close if `close_code` says so. A
client that does not keep up is told so, then the streams that may be merged are; if that does not
help, the connection ends with 4008. Nothing is dropped unsaid.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec import UNSET

from api.auth.principal import Principal
from api.feed.access import doc_of, ended_for, failure, open_stream
from api.feed.allowance import Allowance
from api.feed.limits import (
    COMPLETE_HEARTBEAT_EVERY,
    NS_PER_MS,
    REQUEST_ID_LENGTH_MAX,
    SENT_BYTES_MAX,
    FeedLimits,
)
from api.feed.messages import (
    CLIENT_FRAMES,
    Ack,
    Auth,
    CloseCode,
    Ended,
    Envelope,
    Error,
    ErrorCode,
    Failure,
    GoingAway,
    Head,
    Heartbeat,
    OnSlow,
    Ping,
    Pong,
    Resume,
    Resync,
    SlowConsumerWarning,
    StreamRequest,
    StreamResult,
    Subscribe,
    Unsubscribe,
    encode,
    format_time,
)
from api.feed.outbound import OutboundQueue
from api.feed.publisher import Publisher
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import Frame
from api.feed.subscription import Subscription
from api.feed.welcome import welcome
from api.quote_access import Concerned

RECONNECT_AFTER_MS: Final = (200, 5_000)
_METHODS: Final = {"bearer": "key", "ticket": "ticket"}  # and the member that each needs


class Connection:
    """What one client has asked for, and what waits to be sent to it.

    Args:
        publisher: where streams come from.
        connection_id: names the connection in `welcome`.
        nonce: for auth methods that sign.
        wake: called when something waits to be sent; it must only set a flag.
    """

    def __init__(
        self,
        *,
        publisher: Publisher,
        limits: FeedLimits,
        connection_id: str,
        nonce: str,
        now_ns: int,
        wake: Callable[[], None],
    ) -> None:
        self.principal: Principal | None = None
        self.close_code: CloseCode | None = None
        self._publisher = publisher
        self._limits = limits
        self._wake = wake
        self._queue = OutboundQueue()
        self._subscriptions: dict[str, Subscription] = {}
        self._has_subscribed = False
        self._is_warned = False
        self._idle_at_ns = now_ns + limits.subscribe_within_ns
        self._heartbeat_at_ns = now_ns + limits.heartbeat_ns
        self._heartbeats = 0
        self._auth_request: Auth | None = None
        self._allowance = Allowance(per_s_max=limits.inbound_per_s_max, now_ns=now_ns)
        self._send(welcome(limits, connection_id=connection_id, nonce=nonce, now_ns=now_ns), now_ns)

    # --- from the client ---

    def receive_text(self, text: str, now_ns: int) -> None:
        """Take one text frame of the client. Refusals are frames to send, never raised."""
        if self.close_code is not None:
            return
        if len(text.encode("utf-8")) > self._limits.inbound_frame_bytes_max:
            self._fail(CloseCode.BAD_FRAME, ErrorCode.BAD_FRAME, "frame: too long", now_ns)
            return
        try:
            envelope = msgspec.json.decode(text, type=Envelope)
        except msgspec.ValidationError as error:
            self._receive_unaddressed(text, detail=str(error), now_ns=now_ns)
            return
        except (msgspec.DecodeError, RecursionError):
            self._fail(CloseCode.BAD_FRAME, ErrorCode.BAD_FRAME, "frame: not JSON", now_ns)
            return
        if not self._allows(envelope.req, now_ns):
            return
        model = CLIENT_FRAMES.get(envelope.type)
        if model is None:
            detail = f"type: this feed has {', '.join(CLIENT_FRAMES)}"
            self._refuse(envelope.req, failure(ErrorCode.UNSUPPORTED, detail), now_ns)
            return
        try:
            request = msgspec.json.decode(text, type=model)
        except msgspec.ValidationError as error:
            self._refuse(envelope.req, failure(ErrorCode.BAD_REQUEST, str(error)), now_ns)
            return
        self._receive(request, now_ns)

    def receive_bytes(self, now_ns: int) -> None:
        """Take one binary frame of the client: the feed has none."""
        self._fail(CloseCode.BAD_FRAME, ErrorCode.BAD_FRAME, "frame: must be text", now_ns)

    @property
    def auth_to_check(self) -> Auth | None:
        """What the shell must look up before it hands in the next frame of the client."""
        return self._auth_request

    def receive_principal(self, principal: Principal | None, now_ns: int) -> None:
        """Take the answer to `auth_to_check`; None: nobody has this key or ticket."""
        request, self._auth_request = self._auth_request, None
        if self.close_code is not None:
            return
        assert request is not None
        if principal is None:
            detail = f"{_METHODS[request.method]}: unknown or withdrawn"
            code = CloseCode.AUTH_FAILED
            self._fail(code, ErrorCode.AUTH_FAILED, detail, now_ns, req=request.req)
        elif self.principal is not None and self.principal.party_id != principal.party_id:
            detail = f"{_METHODS[request.method]}: of another party; open another connection"
            self._refuse(request.req, failure(ErrorCode.FORBIDDEN, detail), now_ns)
        else:
            self.principal = principal
            self._send(Ack(req=request.req, party_id=str(principal.party_id)), now_ns)

    # --- to the client ---

    def publish(self, subscription: Subscription, frame: Frame, now_ns: int) -> None:
        """Take the next frame of a stream. Cost: O(1), and O(queue) when the client is slow."""
        if self.close_code is None:
            self._queue.put_frame(subscription, frame, now_ns)
            self._check_queue(now_ns)

    def frames_to_send(self, now_ns: int) -> list[str]:
        """The next frames, some 64 KiB of them; empty when nothing waits, or when a snapshot is
        next whose stream is not ready."""
        texts: list[str] = []
        size = 0
        while self._queue and not self._queue.is_held and size < SENT_BYTES_MAX:
            item = self._queue.pop()
            subscription = item.subscription
            if item.frame is not None:
                texts.append(item.frame.text)
                if item.frame.update is not None and subscription is not None:
                    subscription.sent_seq = item.frame.update.seq
            elif item.text is not None:
                texts.append(item.text)
            elif subscription is not None:
                texts += subscription.take_waiting(now_ns)
            else:
                texts.append(self._heartbeat(now_ns))
            # A place holder weighs what it has become.
            size += item.size or len(texts[-1])
        if not self._queue:
            self._is_warned = False
        return texts

    @property
    def frames_waiting(self) -> int:
        """Texts that wait to be sent."""
        return self._queue.frames

    def tick(self, now_ns: int) -> None:
        """Let time pass: heartbeats, idleness, frames that have waited too long."""
        if self.close_code is not None:
            return
        if not self._has_subscribed and now_ns >= self._idle_at_ns:
            self._fail(CloseCode.IDLE, ErrorCode.IDLE, "no subscription in time", now_ns)
            return
        if now_ns >= self._heartbeat_at_ns:
            self._heartbeat_at_ns = now_ns + self._limits.heartbeat_ns
            self._queue.put_heartbeat(now_ns)
            self._wake()
        self._check_age(now_ns)

    def announce_going_away(self, *, deadline_ns: int, now_ns: int) -> None:
        """Tell the client that the server stops at `deadline_ns`."""
        if self.close_code is None:
            notice = GoingAway(
                deadline=format_time(deadline_ns), reconnect_after_ms=RECONNECT_AFTER_MS
            )
            self._send(notice, now_ns)

    def go_away(self) -> None:
        """End the connection, after what still waits, because the server stops."""
        if self.close_code is None:
            # A stream that this connection has left must not be asked for its state later.
            self._queue.discard_place_holders()
            self._close(CloseCode.GOING_AWAY)

    def end_for_fault(self) -> None:
        """End the connection because the feed cannot go on."""
        if self.close_code is None:
            self._queue.clear()
            self._close(CloseCode.INTERNAL_ERROR)

    def withdraw_auth(self, detail: str, now_ns: int) -> None:
        """End the connection because what it signed in with counts no longer."""
        if self.close_code is None:
            self._fail(CloseCode.AUTH_FAILED, ErrorCode.AUTH_FAILED, detail, now_ns)

    def look_again(self, concerned: Concerned, now_ns: int) -> None:
        """End the streams that this party may see no longer, and those that show it less, or more.
        Cost: O(its streams)."""
        if self.close_code is not None:
            return
        quotes, principal = self._publisher.quotes, self.principal
        for name, subscription in tuple(self._subscriptions.items()):
            why = ended_for(subscription.stream, concerned, quotes=quotes, principal=principal)
            if why is not None:
                self._unsubscribe(name)
                ended = Ended(s=name, code=why.code, detail=why.detail, doc=doc_of(why.code))
                self._send(ended, now_ns)

    def refuse_connection(self, detail: str, *, limit: int, now_ns: int) -> None:
        """End the connection, after its welcome, because there are too many."""
        doc = doc_of(ErrorCode.LIMIT)
        self._send(Error(code=ErrorCode.LIMIT, detail=detail, limit=limit, doc=doc), now_ns)
        self._close(CloseCode.LIMIT)

    def leave(self) -> None:
        """The client is gone: no stream publishes to it any more."""
        for subscription in self._subscriptions.values():
            subscription.stream.subscribers.pop(subscription, None)
            self._publisher.release(subscription.stream)
        self._subscriptions.clear()

    # --- requests ---

    def _receive_unaddressed(self, text: str, *, detail: str, now_ns: int) -> None:
        """Take what has no proper `type` and `req`: is it JSON, an object, has it a `req`?"""
        try:
            value = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            self._fail(CloseCode.BAD_FRAME, ErrorCode.BAD_FRAME, "frame: not JSON", now_ns)
            return
        if not isinstance(value, dict):
            self._fail(CloseCode.BAD_FRAME, ErrorCode.BAD_FRAME, "frame: no JSON object", now_ns)
            return
        req = value.get("req")
        if not isinstance(req, str) or not 0 < len(req) <= REQUEST_ID_LENGTH_MAX:
            req = None
        if self._allows(req, now_ns):
            self._refuse(req, failure(ErrorCode.BAD_REQUEST, detail), now_ns)

    def _allows(self, req: str | None, now_ns: int) -> bool:
        """Whether the client may send one more frame now; if not it is told, or closed."""
        allowance = self._allowance
        if allowance.take(now_ns):
            return True
        limit = allowance.per_s_max
        if allowance.is_flooded:
            detail = "frames: a flood"
            self._fail(CloseCode.LIMIT, ErrorCode.LIMIT, detail, now_ns, req=req, limit=limit)
        else:
            error = Error(
                req=UNSET if req is None else req,
                code=ErrorCode.LIMIT,
                detail="frames: too many a second; this one was not looked at",
                retry_after_ms=allowance.retry_after_ms,
                limit=limit,
                used=limit + allowance.refused_in_a_row,
                doc=doc_of(ErrorCode.LIMIT),
            )
            self._send(error, now_ns)
        return False

    def _receive(
        self, request: Subscribe | Unsubscribe | Auth | Ping | Resync, now_ns: int
    ) -> None:
        match request:
            case Subscribe():
                self._subscribe(request, now_ns)
            case Unsubscribe():
                results = [self._unsubscribe(name) for name in request.streams]
                self._send(Ack(req=request.req, results=results), now_ns)
            case Auth():
                member = _METHODS.get(request.method)
                if member is None:
                    detail = f"method: this feed has {', '.join(_METHODS)}"
                    self._refuse(request.req, failure(ErrorCode.UNSUPPORTED, detail), now_ns)
                elif getattr(request, member) is None:
                    detail = f"{member}: missing"
                    self._refuse(request.req, failure(ErrorCode.BAD_REQUEST, detail), now_ns)
                else:
                    self._auth_request = request
            case Ping():
                self._send(Pong(request.req, request.t, format_time(now_ns)), now_ns)
            case Resync():
                self._resync(request, now_ns)

    def _subscribe(self, request: Subscribe, now_ns: int) -> None:
        results = []
        waiting: list[Subscription] = []
        missed: list[tuple[Subscription, Sequence[Frame]]] = []
        for raw in request.streams:
            opened = self._open(raw)
            if isinstance(opened, Failure):
                results.append(StreamResult(ok=False, error=opened))
                continue
            subscription, resume = opened
            stream = subscription.stream
            mode = "live"
            frames = None
            if resume is not None and resume.epoch == stream.epoch:
                frames = stream.missed_since(resume.seq)
            if resume is not None and frames is not None:
                mode = "resumed"
                subscription.resume_from(resume.seq)
                missed.append((subscription, frames))
            elif resume is not None or stream.has_snapshot:
                mode = "snapshot"
                subscription.snapshot_due = (
                    SnapshotReason.SUBSCRIBE if resume is None else SnapshotReason.RESUME_EXPIRED
                )
                waiting.append(subscription)
            results.append(_granted(subscription, mode))
        self._send(Ack(req=request.req, results=results), now_ns)
        for subscription, frames in missed:
            for frame in frames:
                self.publish(subscription, frame, now_ns)
        if self.close_code is None:
            for subscription in waiting:
                self._queue.put_place_holder(subscription, now_ns)

    def _open(self, raw: msgspec.Raw) -> tuple[Subscription, Resume | None] | Failure:
        try:
            request = msgspec.json.decode(raw, type=StreamRequest)
        except msgspec.ValidationError as error:
            return failure(ErrorCode.BAD_REQUEST, str(error))
        used, limit = len(self._subscriptions), self._limits.subscriptions_max
        if used >= limit:
            return failure(ErrorCode.LIMIT, "too many subscriptions", limit=limit, used=used)
        stream = open_stream(request, publisher=self._publisher, principal=self.principal)
        if isinstance(stream, Failure):
            return stream
        if stream.name in self._subscriptions:
            return failure(ErrorCode.ALREADY_SUBSCRIBED, f"{stream.name}: resync gives a snapshot")
        on_slow = request.on_slow
        if on_slow is None:
            on_slow = OnSlow.CONFLATE if stream.conflatable else OnSlow.DISCONNECT
        subscription = Subscription(stream, on_slow, self.publish, self._wake)
        stream.subscribers[subscription] = None
        self._subscriptions[stream.name] = subscription
        self._has_subscribed = True
        return subscription, request.resume

    def _unsubscribe(self, name: str) -> StreamResult:
        subscription = self._subscriptions.pop(name, None)
        if subscription is None:
            return StreamResult(ok=False, error=failure(ErrorCode.NOT_SUBSCRIBED, name))
        del subscription.stream.subscribers[subscription]
        self._publisher.release(subscription.stream)
        self._queue.discard(subscription)
        return StreamResult(ok=True, s=name)

    def _resync(self, request: Resync, now_ns: int) -> None:
        subscription = self._subscriptions.get(request.s)
        if subscription is None:
            self._refuse(request.req, failure(ErrorCode.NOT_SUBSCRIBED, request.s), now_ns)
            return
        # The snapshot makes superfluous what waits of the stream.
        self._queue.discard(subscription)
        subscription.merged = None
        subscription.snapshot_due = SnapshotReason.RESYNC
        results = [_granted(subscription, "snapshot")]
        self._send(Ack(req=request.req, results=results), now_ns)
        if self.close_code is None:
            self._queue.put_place_holder(subscription, now_ns)

    # --- the queue ---

    def _send(self, frame: msgspec.Struct, now_ns: int) -> None:
        self._queue.put_text(encode(frame), now_ns)
        self._check_queue(now_ns)

    def _check_queue(self, now_ns: int) -> None:
        """Wake the writer, and see to it that the queue keeps its bounds."""
        self._wake()
        queue, limits = self._queue, self._limits
        if queue.bytes > limits.queue_bytes_max or queue.frames > limits.queue_frames_max:
            queue.merge()
            if queue.bytes > limits.queue_bytes_max or queue.frames > limits.queue_frames_max:
                self._fail_slow(now_ns)
        elif not self._is_warned and (
            queue.bytes * 2 > limits.queue_bytes_max or queue.frames * 2 > limits.queue_frames_max
        ):
            self._is_warned = True
            oldest_ns = queue.oldest_ns()
            lag_ms = 0 if oldest_ns is None else (now_ns - oldest_ns) // NS_PER_MS
            queue.put_text_first(encode(SlowConsumerWarning(queue.frames, lag_ms)), now_ns)

    def _check_age(self, now_ns: int) -> None:
        too_old_ns = now_ns - self._limits.queue_age_max_ns
        oldest_ns = self._queue.oldest_ns()
        if oldest_ns is None or oldest_ns > too_old_ns:
            return
        self._queue.merge()
        oldest_ns = self._queue.oldest_ns()
        if oldest_ns is not None and oldest_ns <= too_old_ns:
            self._fail_slow(now_ns)

    def _heartbeat(self, now_ns: int) -> str:
        is_complete = self._heartbeats % COMPLETE_HEARTBEAT_EVERY == 0
        self._heartbeats += 1
        heads: dict[str, Head] = {}
        for name, subscription in self._subscriptions.items():
            seq = subscription.stream.last_seq
            if is_complete or seq != subscription.told_seq:
                heads[name] = subscription.stream.epoch, seq
                subscription.told_seq = seq
        heartbeat = Heartbeat(self._heartbeats, format_time(now_ns), heads)
        return encode(heartbeat).decode("utf-8")

    # --- refusals and the end ---

    def _refuse(self, req: str | None, refusal: Failure, now_ns: int) -> None:
        error = Error(
            req=UNSET if req is None else req,
            code=refusal.code,
            detail=refusal.detail,
            limit=refusal.limit,
            used=refusal.used,
            doc=doc_of(refusal.code),
        )
        self._send(error, now_ns)

    def _fail_slow(self, now_ns: int) -> None:
        resume = {
            name: (subscription.stream.epoch, subscription.sent_seq)
            for name, subscription in self._subscriptions.items()
            if subscription.has_state
        }
        detail = "frames that may not be merged have waited too long"
        code = CloseCode.SLOW_CONSUMER
        self._fail(code, ErrorCode.SLOW_CONSUMER, detail, now_ns, resume=resume)

    def _fail(
        self,
        close_code: CloseCode,
        code: ErrorCode,
        detail: str,
        now_ns: int,
        *,
        req: str | None = None,
        limit: int | None = None,
        resume: dict[str, Head] | None = None,
    ) -> None:
        """Say why, and nothing more of what waits; then close."""
        error = Error(
            req=UNSET if req is None else req,
            code=code,
            detail=detail,
            limit=UNSET if limit is None else limit,
            resume=UNSET if resume is None else resume,
            doc=doc_of(code),
        )
        self._queue.clear()
        self._queue.put_text(encode(error), now_ns)
        self._close(close_code)

    def _close(self, close_code: CloseCode) -> None:
        self.close_code = close_code
        self.leave()
        self._wake()


def _granted(subscription: Subscription, mode: str) -> StreamResult:
    stream = subscription.stream
    return StreamResult(ok=True, s=stream.name, mode=mode, epoch=stream.epoch, head=stream.last_seq)

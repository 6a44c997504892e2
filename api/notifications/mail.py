"""Letters that say that there is something new, and the port by which they leave.

A letter names the kinds and how many there are of each: what it is about is said to who signs in.
"""

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Final, Literal, Protocol

from api.notifications.kinds import NotificationKind

Language = Literal["zh", "en"]

SENDER: Final = "trustex <no-reply@trustex.invalid>"
"""Whoever carries the letters on puts his own address here."""
SUBJECTS: Final[Mapping[Language, str]] = {
    "zh": "您有 {count} 条新通知",
    "en": "You have {count} new notifications",
}
OPENINGS: Final[Mapping[Language, str]] = {
    "zh": "自上次邮件以来：",
    "en": "Since the last letter:",
}
CLOSINGS: Final[Mapping[Language, str]] = {
    "zh": "内容请登录后在“通知”中查看。邮件中没有链接，平台也不会通过邮件索要密码或验证码。",
    "en": "Sign in and look at Notifications to read them. There is no link in this letter, and "
    "the venue never asks for a password or a code by e-mail.",
}
NAMES: Final[Mapping[Language, Mapping[NotificationKind, str]]] = {
    "zh": {
        NotificationKind.TRANSFER: "转让进展",
        NotificationKind.PREEMPTION: "优先购买权",
        NotificationKind.ENCUMBRANCE: "质押与冻结",
        NotificationKind.DEADLINE: "资料到期",
        NotificationKind.ORDER: "委托",
        NotificationKind.HALT: "停牌与复牌",
        NotificationKind.DEAL: "询价与协议转让",
        NotificationKind.EXCEPTION: "异常事项",
        NotificationKind.MONEY: "资金",
        NotificationKind.CLIENT: "开户与认证",
    },
    "en": {
        NotificationKind.TRANSFER: "Transfers",
        NotificationKind.PREEMPTION: "Rights of pre-emption",
        NotificationKind.ENCUMBRANCE: "Pledges and freezes",
        NotificationKind.DEADLINE: "Facts that end",
        NotificationKind.ORDER: "Orders",
        NotificationKind.HALT: "Halts of trade",
        NotificationKind.DEAL: "Quotes and negotiations",
        NotificationKind.EXCEPTION: "Exceptions",
        NotificationKind.MONEY: "Money",
        NotificationKind.CLIENT: "Becoming a client",
    },
}


class Mailer(Protocol):
    """By which letters leave the venue."""

    def send(self, letter: EmailMessage, *, name: str) -> None:
        """Hand a letter over; one of a name that was handed over before is the same letter.

        Raises:
            OSError: it was not; it may be tried again.
        """


class FilesMailer:
    """Puts each letter into a folder as a file `NAME.eml`, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        """The folder is made if it is not there.

        Raises:
            OSError: it cannot be.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def send(self, letter: EmailMessage, *, name: str) -> None:
        """As the port says."""
        draft = self._folder / f".{name}.part"
        draft.write_bytes(letter.as_bytes(policy=SMTP))
        draft.replace(self._folder / f"{name}.eml")


def letter_of(
    counts: Mapping[NotificationKind, int], *, to: str, language: Language
) -> EmailMessage:
    """What says that there are so many new notifications, kind by kind."""
    assert counts, to
    names = NAMES[language]
    lines = [f"- {names[kind]}: {counts[kind]}" for kind in sorted(counts)]
    letter = EmailMessage()
    letter["From"] = SENDER
    letter["To"] = to
    letter["Subject"] = SUBJECTS[language].format(count=sum(counts.values()))
    letter.set_content("\n".join([OPENINGS[language], *lines, "", CLOSINGS[language]]) + "\n")
    return letter

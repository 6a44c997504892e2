"""The questionnaires of what risk a client can bear, from the CSV files beside this one.

Each line is `kind,points,zh,en`: a question, then the options among which its answer is. A
questionnaire that was answered is never changed: a new one is a new version, with bands in
exchange/questionnaire.py.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

CURRENT: Final = 1
"""The version that is asked now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An answer that may be given."""

    points: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its options, numbered from 1."""

    zh: str
    en: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """All questions of one version."""

    version: int
    questions: tuple[Question, ...]

    def score(self, answers: Sequence[int]) -> int | None:
        """The sum of the points of these options, one for each question; None: they are not."""
        if len(answers) != len(self.questions):
            return None
        score = 0
        for number, question in zip(answers, self.questions, strict=True):
            if not 1 <= number <= len(question.options):
                return None
            score += question.options[number - 1].points
        return score


@cache
def load(version: int) -> Questionnaire:
    """The questionnaire of this version.

    Raises:
        FileNotFoundError: there is none.
    """
    text = files(__name__).joinpath(f"RISK-{version}.csv").read_text(encoding="utf-8")
    questions: list[Question] = []
    for kind, points, zh, en in csv.reader(text.splitlines()[1:]):
        if kind == "question":
            questions.append(Question(zh=zh, en=en, options=()))
            continue
        asked, option = questions[-1], Option(points=int(points), zh=zh, en=en)
        questions[-1] = Question(zh=asked.zh, en=asked.en, options=(*asked.options, option))
    return Questionnaire(version=version, questions=tuple(questions))

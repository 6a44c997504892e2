"""What is said in files, in Chinese and in English."""

from enum import Enum
from typing import NamedTuple


class Language(Enum):
    """The languages of files."""

    ZH = "zh"  # Chinese
    EN = "en"  # English


class Words(NamedTuple):
    """One thing said in both."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The words of one language."""
        return self.zh if language is Language.ZH else self.en

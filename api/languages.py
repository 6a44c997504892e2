"""Which of the two languages of the venue somebody reads."""


def prefers_chinese(accept_language: str) -> bool:
    """Whether the header ranks Chinese above English; English where it says nothing of either."""
    ranks = {"zh": 0, "en": 0}
    for entry in accept_language[:256].split(","):
        tag, _, weight = entry.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in ranks and ranks[language] == 0:
            ranks[language] = _weight_permille(weight.strip())
    return ranks["zh"] > ranks["en"]


def _weight_permille(parameter: str) -> int:
    digits = parameter.removeprefix("q=")
    if digits == parameter:
        return 1_000
    whole, _, fraction = digits.partition(".")
    if not (whole.isascii() and whole.isdigit() and (fraction or "0").isascii()):
        return 0
    return (
        int(whole[:1]) * 1_000 + int(fraction[:3].ljust(3, "0"))
        if (fraction or "0").isdigit()
        else 0
    )

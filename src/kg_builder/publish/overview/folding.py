"""Words as the search compares them. ``assets/search.js`` does the same in the page; a test holds the two together."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {"ß": "ss", "ς": "σ", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ə": "e", "ħ": "h"}
)
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Letters of scripts that put no space between words: each is a word by itself."""
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+")


def fold(text: str) -> str:
    """A text without upper case, accents and compatibility forms.

    >>> fold("Zażółć Ślad É ﬁ")
    'zazolc slad e fi'
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    return "".join(each for each in decomposed if unicodedata.category(each) != "Mn").translate(_LETTERS)


def words(text: str) -> list[str]:
    """The words of a text, folded, each once, in their order.

    >>> words("The Dungans’ homes, the DUNGANS")
    ['the', 'dungans', 'homes']
    """
    return list(dict.fromkeys(_WORD.findall(fold(text))))

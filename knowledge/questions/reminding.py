"""A wish to be reminded of something, read as the question when it is.

"Připomeň mi konferenci X" is answered with the event, under which there is a button for that.
"""

from __future__ import annotations

import re

from knowledge.questions.asking import fold_same_length

#: What is said before the wish; folded.
_BEFORE = (
    r"(?:(?:a|i|and|so|tak|hele|ahoj|dobry den|hi|hello|prosim|please|could|can|would|will|you"
    r"|muzes|muzete|mohl\w*|bys|byste|chci|chtel\w*|bych|potrebuj\w*|want|need|d|like|to|be|get"
    r"|se|si|mi|nam|me)\W+)*"
)
_CZECH = (
    r"(?:pripome(?:n|nte|nout|nut|nes|nete)|pripomin(?:ej|ejte|at)|upozorni\w*"
    r"|(?:dej|dejte|dat|das|date) (?:(?:mi|nam|prosim) )*(?:vedet|vediet)"
    r"|(?:posli|poslete|nastav|nastavte) (?:(?:mi|nam|prosim) )*(?:pripominku|upozorneni))"
)
_ENGLISH = (
    r"(?:remind(?:ed)?|notify|alert|let (?:me|us) know"
    r"|(?:send|give|set|set up|have)(?: (?:me|us))? (?:an? |the )?(?:reminder|notification|alert))"
)
_WHOM = r"(?:mi|me|nam|nas|mne|us|prosim|please)"
_AFTER = (
    rf"(?:\W+(?:{_WHOM}\b\W*)*"
    r"(?:(?:na|o|k|ke|pred|of|about|for|on|before)\b\W+)?)"
)
_WISH = re.compile(
    rf"\W*{_BEFORE}(?:(?P<cs>{_CZECH})|{_ENGLISH})\b{_AFTER}(?P<what>(?!{_WHOM}\b)\w.*)",
    re.DOTALL,
)

#: What is no event but a question, or a deed: "remind me what X is", "připomeň mi, že mám …".
_ELSE = re.compile(
    r"(?:kd\w+|co|kde|kam|jak\w*|kter\w+|kolik|proc|ze|abych\w*|az|when|what|where|how|who|which|why"
    r"|that|to|if|once)\b"
)


def without_wish(question: str) -> str:
    """Return when something is, as a question, where it is wished to be reminded of it.

    Any other text is returned as it is.
    """
    wish = _WISH.fullmatch(fold_same_length(question))
    if wish is None or _ELSE.match(wish["what"]):
        return question
    what = question[wish.start("what") :].rstrip(" .!?")
    return f"Kdy je {what}?" if wish["cs"] else f"When is {what}?"

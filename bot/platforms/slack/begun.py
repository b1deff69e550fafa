"""What is noted of an answer that is being shown, so that the next try goes on with it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.platforms.slack.rendering import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where an answer stands, and what is still to follow it."""

    #: The id of its message; "" where there is none.
    ref: str = ""
    #: Of a long reply, the messages after the first one.
    rest: tuple[Post, ...] = ()

    def written(self) -> str:
        """Write it for `Message.begun`: the id alone as a rule."""
        if not self.rest:
            return self.ref
        rest = [{"text": post.text, "blocks": post.blocks} for post in self.rest]
        return json.dumps({"ref": self.ref, "rest": rest}, ensure_ascii=False)


def read_begun(text: str) -> Begun:
    """Read what was written."""
    if not text.startswith("{"):
        return Begun(ref=text)
    told = json.loads(text)
    return Begun(ref=told["ref"], rest=tuple(Post(**post) for post in told["rest"]))

"""What must change for the index to hold what it should: pure comparison."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.index.duplicates import Candidate, same


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """A document that should be in the index."""

    source: str
    #: Within its source.
    key: str
    hash: str
    signature: bytes

    @property
    def name(self) -> str:
        """Return what the document is called in the index."""
        return f"{self.source}\n{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A document to be written, with those that repeat it."""

    document: Desired
    #: Of content and repetitions, as the index will remember it.
    hash: str
    repeated_by: tuple[Desired, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The difference; false if there is none."""

    puts: tuple[Put, ...] = ()
    #: Names of documents that leave the index.
    removals: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything must change."""
        return bool(self.puts or self.removals)


def plan(desired: Sequence[Desired], entries: Mapping[str, str]) -> Plan:
    """Compare what should be in the index with the entries (name -> hash) that are.

    Of documents that say the same, the one of the first source and with the shortest key is kept.
    """
    order = {source: at for at, source in enumerate(dict.fromkeys(each.source for each in desired))}
    ranked = sorted(desired, key=lambda each: (order[each.source], len(each.key), each.key))
    repeats = same(Candidate(key=each.name, signature=each.signature) for each in ranked)
    repeated: dict[str, list[Desired]] = defaultdict(list)
    for each in ranked:
        if each.name in repeats:
            repeated[repeats[each.name]].append(each)
    kept = [_put(each, repeated[each.name]) for each in ranked if each.name not in repeats]
    names = {put.document.name for put in kept}
    return Plan(
        puts=tuple(put for put in kept if entries.get(put.document.name) != put.hash),
        removals=tuple(sorted(entries.keys() - names)),
    )


def _put(document: Desired, repeated_by: Sequence[Desired]) -> Put:
    parts = [document.hash, *(f"{each.name}\n{each.hash}" for each in repeated_by)]
    identity = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    return Put(document=document, hash=identity, repeated_by=tuple(repeated_by))

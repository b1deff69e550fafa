from __future__ import annotations

from knowledge.index.planning import Desired, Plan, plan


def desired(key: str, text: str, source: str = "s") -> Desired:
    return Desired(source=source, key=key, hash=text, signature=text.encode().ljust(32))


def applied(*documents: Desired) -> dict[str, str]:
    return {put.document.name: put.hash for put in plan(documents, {}).puts}


def test_nothing_differs_nothing_is_planned() -> None:
    documents = [desired("a", "1"), desired("b", "2")]

    assert plan(documents, applied(*documents)) == Plan()
    assert not plan(documents, applied(*documents))


def test_what_is_new_changed_and_gone_is_told_apart() -> None:
    before = applied(desired("a", "1"), desired("b", "2"), desired("c", "3"))

    found = plan([desired("a", "1"), desired("b", "changed"), desired("d", "4")], before)

    assert [put.document.key for put in found.puts] == ["b", "d"]
    assert found.removals == ("s\nc",)


def test_of_the_same_content_the_first_source_and_shortest_key_is_kept() -> None:
    found = plan([desired("long", "x"), desired("b", "x"), desired("a", "x", "other")], {})

    assert [(p.document.key, [r.key for r in p.repeated_by]) for p in found.puts] == [
        ("b", ["long", "a"])
    ]


def test_a_new_repetition_changes_the_document_that_is_kept() -> None:
    before = applied(desired("a", "x"))

    found = plan([desired("a", "x"), desired("ab", "x")], before)

    assert [put.document.key for put in found.puts] == ["a"]
    assert found.removals == ()

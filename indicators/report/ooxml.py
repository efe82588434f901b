"""The parts of an Office file, so that some can be changed and the rest kept byte for byte."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import IO, Any

from lxml import etree

__all__ = ["CT", "REL", "Parts"]

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CT = "http://schemas.openxmlformats.org/package/2006/content-types"
_PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "[Content_Types].xml"
_LARGEST_PART = 256 << 20


class Parts:
    """An open package.

    Parameters
    ----------
    data
        The file.
    """

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._names = {name.lower(): name for name in self._zip.namelist()}
        self._trees: dict[str, Any] = {}
        self._new: dict[str, bytes] = {}
        self._changed: set[str] = set()

    def has(self, path: str) -> bool:
        """Whether there is a part of this path."""
        return path in self._new or path.lower() in self._names

    def xml(self, path: str) -> Any:
        """Return the root of a part; changes count once :meth:`changed` is called."""
        if path not in self._trees:
            name = self._names[path.lower()]
            if self._zip.getinfo(name).file_size > _LARGEST_PART:
                raise ValueError(path)
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
            self._trees[path] = etree.fromstring(self._zip.read(name), parser)
        return self._trees[path]

    def names(self) -> tuple[str, ...]:
        """Return the paths of the parts the file came with."""
        return tuple(self._names.values())

    def raw(self, path: str) -> bytes:
        """Return the bytes of a part as it came."""
        name = self._names[path.lower()]
        if self._zip.getinfo(name).file_size > _LARGEST_PART:
            raise ValueError(path)
        return self._zip.read(name)

    def changed(self, path: str) -> None:
        """Note that a part is to be written anew."""
        self._changed.add(path)

    def add(self, path: str, root: Any, content_type: str) -> None:
        """Add a part with its type."""
        self._new[path] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        types = self.xml(_TYPES)
        etree.SubElement(types, f"{{{CT}}}Override", PartName=f"/{path}", ContentType=content_type)
        self.changed(_TYPES)

    def default_type(self, ending: str, content_type: str) -> None:
        """State the type of all parts with an ending."""
        types = self.xml(_TYPES)
        known = {item.get("Extension", "").lower() for item in types.findall(f"{{{CT}}}Default")}
        if ending not in known:
            types.insert(0, etree.Element(f"{{{CT}}}Default", Extension=ending, ContentType=content_type))
            self.changed(_TYPES)

    def add_plain(self, path: str, root: Any) -> None:
        """Add a part whose type follows from its ending."""
        self._new[path] = etree.tostring(root, encoding="UTF-8")

    def free(self, pattern: str) -> str:
        """Return the first path ``pattern.format(number)`` that is not taken."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def main(self, kind: str) -> str:
        """Return the path of the main part."""
        for item in self.xml("_rels/.rels"):
            if (item.get("Type") or "").endswith(f"/{kind}"):
                return str(item.get("Target")).lstrip("/")
        raise KeyError(kind)

    def related(self, path: str, kind: str) -> str:
        """Return the path of the first part related in this way, ``""`` where there is none."""
        if not self.has(self._relations_path(path)):
            return ""
        for item in self.xml(self._relations_path(path)):
            if (item.get("Type") or "").endswith(f"/{kind}") and item.get("TargetMode") != "External":
                return self._resolved(path, str(item.get("Target")))
        return ""

    def target(self, path: str, identifier: str | None) -> str:
        """Return the path behind a relationship id."""
        for item in self.xml(self._relations_path(path)):
            if item.get("Id") == identifier:
                return self._resolved(path, str(item.get("Target")))
        raise KeyError(identifier)

    def relate(self, path: str, kind: str, target: str) -> str:
        """Add a relationship from one part to another and return its id."""
        relations = self._relations_path(path)
        if not self.has(relations) and relations not in self._trees:
            self._trees[relations] = etree.Element(f"{{{_PACKAGE_REL}}}Relationships", nsmap={None: _PACKAGE_REL})
        root = self.xml(relations)
        taken = {item.get("Id") for item in root}
        number = 1
        while f"rId{number}" in taken:
            number += 1
        away = posixpath.relpath(target, posixpath.dirname(path))
        etree.SubElement(root, f"{{{_PACKAGE_REL}}}Relationship", Id=f"rId{number}", Type=f"{REL}/{kind}", Target=away)
        self.changed(relations)
        return f"rId{number}"

    def write(self, out: IO[bytes]) -> None:
        """Write the package: what was not changed is copied as it is; no part bears the time of writing."""
        rewritten = {path.lower(): self._trees[path] for path in self._changed}
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for info in self._zip.infolist():
                root = rewritten.pop(info.filename.lower(), None)
                body = self._zip.read(info) if root is None else _bytes(root)
                target.writestr(zipfile.ZipInfo(info.filename), body, compress_type=info.compress_type)
            for path in sorted(self._changed):
                if path.lower() in rewritten:
                    target.writestr(zipfile.ZipInfo(path), _bytes(self._trees[path]), zipfile.ZIP_DEFLATED)
            for path, body in self._new.items():
                target.writestr(zipfile.ZipInfo(path), body, zipfile.ZIP_DEFLATED)

    @staticmethod
    def _relations_path(path: str) -> str:
        return posixpath.join(posixpath.dirname(path), "_rels", f"{posixpath.basename(path)}.rels")

    @staticmethod
    def _resolved(path: str, target: str) -> str:
        if target.startswith("/"):
            return target.lstrip("/")
        return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _bytes(root: Any) -> bytes:
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return body

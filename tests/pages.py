"""Pages as tests read them: a tree of elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

INLINE = {"a", "bdi", "b", "code", "q", "span", "strong", "text"}
VOID = {"meta", "link", "br", "img", "input", "hr"}


@dataclass
class Element:
    """An element of a page: its name, attributes, and what it holds."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, with single spaces."""
        return " ".join(self._text().split())

    def _text(self) -> str:
        found = "".join(each if isinstance(each, str) else each._text() for each in self.inner)
        return found if self.tag in INLINE else f" {found} "

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, tag: str = "", class_: str = "", **attributes: str) -> Iterator[Element]:
        """The elements within it of that name, class and attributes (``data_x`` is ``data-x``; an empty value is any)."""
        for each in self.inner:
            if isinstance(each, Element):
                wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
                if (
                    tag in {"", each.tag}
                    and (not class_ or class_ in each.classes)
                    and all(name in each.attributes and value in {"", each.attributes[name]} for name, value in wanted.items())
                ):
                    yield each
                yield from each.all(tag, class_, **attributes)

    def one(self, tag: str = "", class_: str = "", **attributes: str) -> Element:
        """The only such element."""
        found = list(self.all(tag, class_, **attributes))
        assert len(found) == 1, (tag, class_, attributes, len(found))
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inner.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inner.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inner.append(data)


def read_page(path: Path) -> Element:
    """A page whose elements are all closed."""
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    reader.close()
    assert len(reader.open) == 1
    return reader.open[0]

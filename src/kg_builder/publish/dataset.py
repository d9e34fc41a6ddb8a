"""The data set as a whole: its downloads with their hashes, its description, how it was made, and how it is found."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from kg_builder import __version__
from kg_builder.errors import input_error
from kg_builder.publish.addresses import listing
from kg_builder.publish.counts import Counts
from kg_builder.publish.description import (
    DATASET,
    DESCRIPTION,
    PROVENANCE,
    RIGHTS,
    TITLE,
    Download,
    Input,
    describe,
    describe_build,
)
from kg_builder.publish.documents import in_order, turtle, write_documents
from kg_builder.publish.redirects import README, RULES, readme, rules
from kg_builder.publish.resources import UtteranceOfPage
from kg_builder.publish.site import Site
from kg_builder.publish.view import View
from kg_builder.publish.withheld import Persons, write_withheld
from kg_builder.query import list_queries
from kg_builder.source import Folder
from kg_builder.source.publication import Publication
from kg_builder.vocabulary import BASE, DATA, ontology_files

PAGE = "data"
SUMS = "SHA256SUMS"
CRATE = "ro-crate-metadata.json"
REPORT = "report.json"
MOST_ADDRESSES = 50_000
"""How many addresses a file of the site map may hold, by https://www.sitemaps.org/protocol.html."""
SHOWN_INPUTS = 500

_FORMATS = (
    ("graph.ttl", "Turtle", "text/turtle", "Turtle"),
    ("graph.trig", "TriG, with a named graph for each statement", "application/trig", "TriG"),
    ("graph.nq", "N-Quads, a triple a line, in the default graph", "application/n-quads", "N-Quads"),
    ("graph.jsonld", "JSON-LD", "application/ld+json", "JSON-LD"),
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?/(?:[A-Za-z0-9._~-]+/)*")


def check_address(address: str) -> str:
    """The address of a site, with the ``/`` at its end. Raises InputError where it is none that pages could stand below.

    >>> check_address("https://claims.example.org/site")
    'https://claims.example.org/site/'
    """
    whole = address if not address or address.endswith("/") else f"{address}/"
    if whole and not _ADDRESS.fullmatch(whole):
        raise input_error(
            f"'{address[:80]}' is not the address of a site",
            mend="Write it whole, such as https://claims.example.org/ or https://example.org/claims/",
        )
    return whole


class DataSet:
    """The section of the site that tells of the data set. What ``counts`` has is counted by another section before it.

    ``address`` is where the site will stand, empty where that is not known: then no site map is written, and files are named by
    their persistent addresses.
    """

    def __init__(self, counts: Counts, publication: Publication, address: str = "") -> None:
        self._counts = counts
        self._publication = publication
        self._address = address
        self._persons = Persons()
        self._parts: list[str] = []

    def add(self, statement: str, view: View, utterances: list[UtteranceOfPage]) -> None:
        """Note the persons whom a statement names, and where the list of its files is."""
        self._persons.add(view)
        self._parts.append(listing(statement.removeprefix(BASE)))

    def write(self, site: Site) -> None:
        """Write the files and pages; to be called when all other pages are written, since the site map lists them."""
        publication, counts = self._publication, self._counts
        downloads = [_take(site, *each) for each in _FORMATS]
        report = _take(site, REPORT, "What the validation found", "application/json", "")
        sums = "".join(f"{each.sha256}  {each.file}\n" for each in (*downloads, report))
        site.writer.write(SUMS, sums)
        described = in_order(describe(publication, counts, downloads, self._address or BASE))
        write_documents(site.writer, PAGE, described)
        site.writer.write("void.ttl", turtle(described))
        inputs = list(_inputs(site.folder))
        write_documents(site.writer, "provenance", describe_build(inputs, counts.statements))
        site.page(
            PAGE,
            "data.html",
            f"Data: {publication.title or TITLE}",
            iri=DATASET,
            description=publication.description or DESCRIPTION,
            rights=RIGHTS,
            downloads=downloads,
            report=report,
            address=self._address,
            schema=self._schema(downloads),
            publisher=f"{DATA}actor/{publication.publisher}" if publication.publisher else "",
            publication=publication,
            counts=counts,
            title_of_data=publication.title or TITLE,
        )
        site.page(
            "provenance",
            "provenance.html",
            "How the graph was made",
            iri=PROVENANCE,
            inputs=inputs[:SHOWN_INPUTS],
            count=len(inputs),
        )
        site.page("policy", "policy.html", "Addresses, and what may be relied on", first=counts.first, base=BASE)
        self._persons.add(site.shared)
        write_withheld(site, self._persons, len(publication.withdrawn))
        site.writer.write(CRATE, _json(self._crate([*downloads, report])))
        self._write_for_finders(site)

    def _write_for_finders(self, site: Site) -> None:
        robots = "User-agent: *\nAllow: /\n"
        if self._address:
            robots += f"\nSitemap: {self._address}sitemap.xml\n"
            site.writer.write(RULES, rules(self._address))
            site.writer.write(README, readme(self._address, self._publication.title or TITLE))
            gone = {f"{each.iri.removeprefix(BASE)}.html" for each in self._publication.withdrawn}
            own = sorted(path for path in site.writer.files if path.endswith(".html") and path not in gone)
            addresses = (f"{self._address}{path}" for path in chain(own, _of_parts(site.writer.folder, self._parts)))
            maps: list[str] = []
            while some := list(islice(addresses, MOST_ADDRESSES)):
                name = f"sitemap-{len(maps) + 1}.xml"
                maps.append(f"{self._address}{name}")
                site.writer.write(name, _site_map("urlset", "url", some))
            site.writer.write("sitemap.xml", _site_map("sitemapindex", "sitemap", maps))
        site.writer.write("robots.txt", robots)

    def _schema(self, downloads: Iterable[Download]) -> dict[str, object]:
        """The data set in schema.org's terms, as search engines for data read them."""
        publication = self._publication
        found: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "@id": DATASET,
            "name": publication.title or TITLE,
            "description": publication.description or DESCRIPTION,
            "license": publication.license,
            "isAccessibleForFree": True,
            "inLanguage": sorted(each for each in self._counts.languages if each),
            "url": DATASET,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": each.name,
                    "encodingFormat": each.media_type,
                    "contentUrl": f"{self._address or BASE}{each.file}",
                    "contentSize": f"{each.size} B",
                    "sha256": each.sha256,
                }
                for each in downloads
            ],
        }
        if publication.version:
            found["version"] = publication.version
        if publication.issued is not None:
            found["datePublished"] = publication.issued.isoformat()
        if publication.publisher:
            found["creator"] = found["publisher"] = _agent(publication)
        if publication.cite:
            found["citation"] = publication.cite
        return found

    def _crate(self, files: Iterable[Download]) -> dict[str, object]:
        """The description by RO-Crate 1.2, of which the folder of the site is the crate."""
        publication, licence = self._publication, self._publication.license
        root: dict[str, object] = {
            "@id": "./",
            "@type": "Dataset",
            "name": publication.title or TITLE,
            "description": publication.description or DESCRIPTION,
            "datePublished": publication.issued.isoformat() if publication.issued else self._counts.newest,
            "identifier": DATASET,
            "license": {"@id": licence},
            "hasPart": [{"@id": each.file} for each in files],
            "mentions": {"@id": "#build"},
        }
        others: list[dict[str, object]] = []
        if publication.version:
            root["version"] = publication.version
        if publication.publisher:
            agent = _agent(publication)
            root["author"] = root["publisher"] = {"@id": agent["@id"]}
            others.append(agent)
        listed: list[dict[str, object]] = [
            {
                "@id": each.file,
                "@type": "File",
                "name": each.name,
                "encodingFormat": each.media_type,
                "contentSize": str(each.size),
                "sha256": each.sha256,
            }
            for each in files
        ]
        graph: list[dict[str, object]] = [
            {
                "@id": CRATE,
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"},
            },
            root,
            *listed,
            {"@id": licence, "@type": "CreativeWork", "name": "Licence of the annotations", "description": RIGHTS},
            *others,
            {
                "@id": "#build",
                "@type": "CreateAction",
                "name": "Building and validating the graph",
                "instrument": {"@id": "#kg-builder"},
                "result": [{"@id": each.file} for each in files],
                "description": f"What was used, by hash: {PROVENANCE}",
            },
            {"@id": "#kg-builder", "@type": "SoftwareApplication", "name": "kg-builder", "version": __version__},
        ]
        return {"@context": "https://w3id.org/ro/crate/1.2/context", "@graph": graph}


def _agent(publication: Publication) -> dict[str, object]:
    return {
        "@id": f"{DATA}actor/{publication.publisher}",
        "@type": "Organization",
        "name": publication.publisher_name,
        "url": f"{DATA}actor/{publication.publisher}",
    }


def _take(site: Site, file: str, name: str, media_type: str, feature: str) -> Download:
    """Copy a file of the build into the site, never more than a part of it in memory."""
    source, target = site.built / file, site.writer.stage(file)
    shutil.copyfile(source, target)
    with source.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    site.writer.take(file, target, digest)
    return Download(file, name, media_type, feature, source.stat().st_size, digest)


def _inputs(folder: Folder) -> Iterator[Input]:
    """The files that the graph is made from, and those that it is held against."""
    data = folder.path / "data"
    for number, path in enumerate(sorted((data / "entities").glob("*.yaml")), 1):
        yield _input(path.relative_to(folder.path).as_posix(), path, number=number)
    if (data / "links.yaml").is_file():
        yield _input("data/links.yaml", data / "links.yaml")
    for id_ in folder.ids:
        for name in ("statement.yaml", "text.txt", "claims.yaml"):
            path = data / "statements" / id_ / name
            yield _input(path.relative_to(folder.path).as_posix(), path, f"{DATA}statement/{id_}")
    shown = set()
    for pattern in ("*.ttl", "schemes/*.ttl", "shapes/*.ttl"):
        for path in ontology_files(folder.path, pattern):
            name = f"ontology/{pattern.removesuffix('*.ttl')}{path.name}"
            yield _input(name if name not in shown else f"{name}-own", path)  # the folder's own has the name of the tool's
            shown.add(name)
    for query in list_queries(folder.path, "checks").values():
        yield _input(f"queries/checks/{query.path.name}", query.path)


def _input(shown: str, path: Path, statement: str = "", number: int = 0) -> Input:
    return Input(shown, hashlib.sha256(path.read_bytes()).hexdigest(), statement, number)


def _of_parts(folder: Path, parts: Iterable[str]) -> Iterator[str]:
    """The pages of statements, from the list of each one's files."""
    for part in parts:
        listed = json.loads((folder / part).read_text("utf-8"))["files"]
        yield from sorted(path for path in listed if path.endswith(".html"))


def _site_map(root: str, entry: str, addresses: Iterable[str]) -> str:
    entries = "".join(f"<{entry}><loc>{each.replace('&', '&amp;')}</loc></{entry}>\n" for each in addresses)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">\n{entries}</{root}>\n'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

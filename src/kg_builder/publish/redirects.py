"""The rules by which https://w3id.org leads the IRIs of the data set to the documents of a site: Apache's mod_rewrite.

They hold the same patterns as :mod:`kg_builder.publish.addresses`; a test holds the two together.
"""

from __future__ import annotations

from kg_builder.publish.addresses import RDF_SUFFIXES
from kg_builder.vocabulary import BASE

RULES = "w3id/htaccess.txt"
README = "w3id/README.md"

_FILES = "html|ttl|trig|nq|nt|jsonld|json|txt|rq|xml|atom|svg|css|js|csv|wasm|gz|md"
_STATEMENT = "data/statement/[^/]+"
_OWNED = (
    (rf"({_STATEMENT})/passage/(\d+)-(\d+)(?:/(?:quote|position))?", "char=$2,$3"),
    (rf"({_STATEMENT}/utterance/[^/]+)/(?:mention|inference)/(.+)", "$2"),
    (rf"({_STATEMENT}/event/[^/]+)/(time|same/.+)", "$2"),
    (r"(.+)/(identity/\d+)", "$2"),
)
"""Nodes that stand in the document of another: pattern and fragment."""
_OTHERS = {
    "ttl": "text/html|ld\\+json|n-triples",
    "jsonld": "text/html|turtle|n-triples",
    "nt": "text/html|turtle|ld\\+json",
}
"""What must not be named before a format for it to be the one that is wished for."""


def rules(address: str) -> str:
    """The rules for a site at ``address``, which ends in ``/``.

    A client gets the format that its Accept header names first, and pages where it names none; weights (``q=``) are passed over.
    """
    lines = [
        f"# {BASE} -> {address}",
        "# Each IRI is answered by 303 See Other to a document about it: a page, or RDF where that is named first.",
        "Options -MultiViews",
        "RewriteEngine On",
        "",
        "# Files, by their own names",
        f"RewriteRule ^(.+\\.(?:{_FILES})|SHA256SUMS)$ {address}$1 [R=302,L]",
        f"RewriteRule ^$ {address}index.html [R=303,L]",
        "",
        "# A slash too many",
        f"RewriteRule ^(.*[^/])/+$ {BASE}$1 [R=302,L]",
    ]
    for suffix, media_type in RDF_SUFFIXES.items():
        lines += ["", f"# {media_type}"]
        wished = f"^(?:(?!{_OTHERS[suffix]}).)*{media_type.replace('+', chr(92) + '+')}"
        for pattern, _ in (*_OWNED, ("(.+)", "")):
            lines.append(f'RewriteCond %{{HTTP_ACCEPT}} "{wished}" [NC]')
            lines.append(f"RewriteRule ^{pattern}$ {address}$1.{suffix} [R=303,L]")
    lines += ["", "# Pages"]
    lines += [f"RewriteRule ^{pattern}$ {address}$1.html#{fragment} [R=303,L,NE]" for pattern, fragment in _OWNED]
    lines.append(f"RewriteRule ^(.+)$ {address}$1.html [R=303,L]")
    return "\n".join(lines) + "\n"


def readme(address: str, title: str) -> str:
    """The file that w3id.org asks for beside the rules."""
    return f"""\
# rights-claims

Persistent addresses of “{title}”: an ontology and statements, with the claims and demands in them.

- Site: {address}
- What the addresses mean, and for how long: {address}policy.html

To put these rules in force, copy `htaccess.txt` to `rights-claims/.htaccess` and this file to `rights-claims/README.md` in a
fork of https://github.com/perma-id/w3id.org, name a contact here, and open a pull request.
"""

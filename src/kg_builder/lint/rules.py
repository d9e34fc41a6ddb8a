"""The rules of ``lint``: how bad a breach is, whose rule it is, and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["violation", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Rule:
    """``basis`` names the rule elsewhere: a pitfall of OOPS!, a test of FOOPS!, a condition of SKOS or a check of qSKOS."""

    severity: Severity
    mend: str
    basis: str = ""


RULES = {
    # files
    "syntax": Rule("violation", "Mend the file at that place."),
    "layout": Rule("warning", "Run: kg-builder lint --fix"),
    "unused-prefix": Rule("warning", "Take the prefix out."),
    "stale-exception": Rule("warning", "Take the exception out of ontology/lint.yaml."),
    # terms
    "undeclared-term": Rule("violation", "Declare it, or write the name that was meant.", "OOPS! P34, P35"),
    "unknown-term": Rule("violation", "Write the name that the vocabulary has.", "OOPS! P40"),
    "unlisted-vocabulary": Rule("info", "Look up the terms that are used of it, and list them in ontology/lint.yaml."),
    "redefined-term": Rule("violation", "Declare terms only in a namespace of your own.", "OOPS! P40"),
    "untyped-term": Rule("violation", "Give it the type owl:Class, owl:ObjectProperty or the like.", "OOPS! P34, P35"),
    "no-label": Rule("warning", 'Give it a label: rdfs:label "…"@en.', "OOPS! P08; FOOPS! VOC3"),
    "no-definition": Rule("warning", 'Say what it means: skos:definition "…"@en.', "OOPS! P08; FOOPS! VOC4"),
    "label-twice": Rule("warning", "Keep one label a language; others are skos:altLabel."),
    "no-language": Rule("warning", "Add the language, such as @en.", "qSKOS: omitted language tags"),
    "no-defined-by": Rule("info", "Add rdfs:isDefinedBy with the ontology's IRI."),
    "unconnected-term": Rule("warning", "Relate it to another term, or take it out.", "OOPS! P04"),
    "class-cycle": Rule("violation", "Take one rdfs:subClassOf out.", "OOPS! P06"),
    "no-domain-or-range": Rule("warning", "Give it a domain and a range.", "OOPS! P11"),
    "several-domains": Rule("warning", "Keep one: several mean that all of them hold at once.", "OOPS! P19"),
    "naming": Rule("warning", "Name classes like PublicAuthority, properties like utteredBy.", "OOPS! P22"),
    "own-inverse": Rule("violation", "Make it an owl:SymmetricProperty instead.", "OOPS! P25"),
    "same-label": Rule("warning", "Tell the two apart, or make them one.", "OOPS! P32"),
    # an ontology
    "no-ontology": Rule("warning", "Declare an owl:Ontology in the file.", "OOPS! P38"),
    "ontology-iri": Rule("warning", "Use an absolute web address without the end of a file's name.", "OOPS! P36, P39"),
    "not-persistent": Rule("info", "Use an address that outlives its server, such as one of w3id.org.", "FOOPS! PURL1"),
    "namespace": Rule("warning", "Let it be the ontology's IRI with # or / behind it.", "OOPS! P39"),
    "no-licence": Rule("warning", "Add dcterms:license with the licence's IRI.", "OOPS! P41; FOOPS! OM4.1"),
    "ontology-metadata": Rule("warning", "Add it to the ontology.", "FOOPS! OM1, VER1"),
    "ontology-provenance": Rule("info", "Add it to the ontology.", "FOOPS! OM2, OM5, FIND2"),
    "no-reuse": Rule("info", "Relate a term to one that others know: rdfs:subClassOf, skos:closeMatch.", "FOOPS! VOC1, VOC2"),
    # schemes of coded values
    "scheme-metadata": Rule("warning", "Add it to the scheme."),
    "no-top-concept": Rule("warning", "Name the top ones by skos:hasTopConcept.", "qSKOS: omitted top concepts"),
    "no-scheme": Rule("violation", "Add skos:inScheme; without it the concept is not found."),
    "label-clash": Rule("violation", "Keep the word as one of the two.", "SKOS S13, S14"),
    "same-concept-label": Rule("warning", "Tell the two apart by their labels.", "qSKOS: overlapping labels"),
    "notation": Rule("violation", "Give each concept one skos:notation of its own, the last part of its IRI."),
    "broader-cycle": Rule("violation", "Take one skos:broader out.", "qSKOS: cyclic hierarchical relations"),
    "broader-elsewhere": Rule("violation", "Use skos:broadMatch between schemes.", "qSKOS: mapping relations misuse"),
    "related-and-broader": Rule("violation", "Keep one of the two.", "SKOS S27"),
    "top-with-broader": Rule("warning", "Take out one of the two.", "qSKOS: top concepts having broader concepts"),
    "orphan-concept": Rule("warning", "Give it a broader concept, or make it a top one.", "qSKOS: orphan concepts"),
    "one-way-relation": Rule("warning", "State the other direction too.", "qSKOS: unidirectionally related concepts"),
    "needless-broader": Rule("info", "Take the farther one out.", "qSKOS: hierarchical redundancy"),
    # queries
    "query-header": Rule("violation", "Mend the header."),
    "query-undocumented": Rule("warning", "Add it to the header (lines that begin with #+)."),
    "query-parameter": Rule("violation", "Declare it in the header under 'parameters', with type, description and example."),
    "check-without-node": Rule("violation", "Let the SELECT give ?node: what is at fault."),
    # shapes
    "shape-fault": Rule("violation", "Mend it: an engine would pass over it in silence."),
    "shape-without-name": Rule("warning", "Give the rule an IRI: it is the rule's id in reports."),
    "shape-undocumented": Rule("warning", "Add it: a report shows it to whoever broke the rule."),
    "idle-shape": Rule("warning", "Give it a target, refer to it from a rule, or take it out."),
    "shape-query": Rule("violation", "Mend the query; the prefixes are those of sh:prefixes."),
    # the folder
    "data-fault": Rule("violation", "Mend the file at that place."),
    "no-claims": Rule("warning", "Write its claims and demands into claims.yaml, or take the statement out."),
    "unrecorded-file": Rule("warning", "Take it out, or move it: what is read are statement.yaml, text.txt and claims.yaml."),
    "unused-entity": Rule("warning", "Take it out, or refer to it."),
    "unused-concept": Rule("info", "Take it out, unless it waits for statements to come."),
    "unused-term": Rule("info", "Take it out, unless it waits for statements to come."),
}
"""By id, in the order of the documentation."""

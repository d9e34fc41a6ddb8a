"use strict";
// SPARQL text before the engine sees it: the same rules as kg_builder.sparql and kg_builder.query, for a Web Worker.
var kgSparql = (() => {
  const MAX_LENGTH = 100_000;
  const MAX_NESTING = 100;
  const MAX_UNARY_RUN = 50;
  const W = "[\\p{L}\\p{N}_]";
  const LETTER = "\\p{L}";
  const TOKEN = new RegExp(
    [
      "(?<comment>#[^\\n\\r]*)",
      "(?<iri><[^\\x00-\\x20<>\"{}|^`\\\\]*>)",
      '(?<string>"""(?:[^"\\\\]|\\\\[^]|"(?!""))*"""|\'\'\'(?:[^\'\\\\]|\\\\[^]|\'(?!\'\'))*\'\'\'' +
        "|\"(?:[^\"\\\\\\n\\r]|\\\\[^])*\"|'(?:[^'\\\\\\n\\r]|\\\\[^])*')",
      `(?<variable>[?$]${W}+)`,
      `(?<name>(?:${LETTER}(?:${W}|[.\\-])*)?:(?:${W}|[.:%\\-]|\\\\[_~.!$&'()*+,;=/?#@%\\-])*)`,
      `(?<word>(?:(?!\\p{Nd})${W})${W}*)`,
      `(?<number>\\p{Nd}(?:\\p{Nd}|\\.)*(?:[eE][+-]?\\p{Nd}+)?)`,
      "(?<space>(?:(?!\\ufeff)[\\s\\x1c-\\x1f\\x85])+)",
      "(?<mark>[^])",
    ].join("|"),
    "guy",
  );
  const UPDATES = new Set(["INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"]);
  const FETCHES = new Set(["SERVICE", "LOAD", "FROM"]);
  const FORMS = new Set(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]);

  class Problem extends Error {
    constructor(message, { line = 0, column = 0, mend = "" } = {}) {
      super(message);
      Object.assign(this, { line, column, mend });
    }
  }

  function* tokens(query) {
    for (const match of query.matchAll(TOKEN)) {
      const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
      if (kind !== "comment" && kind !== "space") yield { kind, text: match[0], start: match.index };
    }
  }

  function place(text, offset) {
    const before = text.slice(0, offset);
    const begin = before.lastIndexOf("\n") + 1;
    return { line: before.split("\n").length, column: [...before.slice(begin)].length + 1 };
  }

  function scan(query) {
    let depth = 0;
    let unary = 0;
    for (const token of tokens(query)) {
      const word = token.kind === "word" ? token.text.toUpperCase() : "";
      if (FETCHES.has(word)) {
        throw new Problem(`${word} is not allowed: a query reads the graph of this site, and connects to nothing`, {
          ...place(query, token.start),
          mend: "Take it out.",
        });
      }
      if (UPDATES.has(word)) {
        throw new Problem(`${word} is an update; only queries are run here`, place(query, token.start));
      }
      if (token.kind !== "mark") {
        unary = 0;
        continue;
      }
      depth += "{([".includes(token.text) - "})]".includes(token.text);
      unary = "!-+^".includes(token.text) ? unary + 1 : 0;
      if (depth > MAX_NESTING || unary > MAX_UNARY_RUN) {
        throw new Problem("the query nests too deep", { ...place(query, token.start), mend: "Write it flatter." });
      }
    }
  }

  function guard(query) {
    if ([...query].length > MAX_LENGTH) {
      throw new Problem(`the query is longer than ${MAX_LENGTH.toLocaleString("en")} characters`);
    }
    scan(query);
    const resolved = query.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})/g, (whole, short, long) => {
      const code = parseInt(short ?? long, 16);
      return code < 0x110000 ? String.fromCodePoint(code) : whole;
    });
    if (resolved !== query) scan(resolved);
  }

  function parameterPlaces(query) {
    const places = new Map();
    let last = [];
    for (const token of tokens(query)) {
      last = [...last.slice(-4), token];
      const texts = last.map((each) => each.text.toUpperCase());
      if (texts.length === 5 && texts[0] === "VALUES" && texts.slice(2).join(" ") === "{ UNDEF }" && last[1].kind === "variable") {
        places.set(last[1].text.slice(1), last[3].start);
      }
    }
    return places;
  }

  /** The query with `VALUES ?name { UNDEF }` filled by the terms of `values` (name -> N-Triples syntax). */
  function bind(query, values) {
    const places = parameterPlaces(query);
    for (const name of Object.keys(values)) {
      if (!places.has(name)) throw new Problem(`the query has no place VALUES ?${name} { UNDEF }`);
    }
    let done = 0;
    let text = "";
    for (const [name, at] of [...places].sort((one, other) => one[1] - other[1])) {
      if (!Object.hasOwn(values, name)) continue;
      text += query.slice(done, at) + values[name];
      done = at + "UNDEF".length;
    }
    return text + query.slice(done);
  }

  function namedNode(engine, iri, what) {
    try {
      return engine.namedNode(iri);
    } catch (error) {
      throw new Problem(`${what}: '${iri.slice(0, 80)}' is not an IRI: ${error.message ?? error}`);
    }
  }

  function isDay(text) {
    const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
    if (!parts || parts[1] === "0000") return false;
    const day = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  }

  /**
   * What a person typed for a parameter, as an RDF term in N-Triples syntax, which the engine itself writes.
   * `find` gives the IRIs of the graph that end in a text.
   */
  function term(engine, parameter, value, prefixes, find) {
    const what = `the parameter '${parameter.name}'`;
    const xsd = "http://www.w3.org/2001/XMLSchema#";
    if (parameter.type === "date") {
      if (!isDay(value)) throw new Problem(`${what}: '${value.slice(0, 40)}' is not a date`, { mend: "Write it like 2020-05-25." });
      return String(engine.literal(value, engine.namedNode(`${xsd}date`)));
    }
    if (parameter.type === "integer") {
      if (!/^[+-]?[0-9]{1,18}$/.test(value)) throw new Problem(`${what}: '${value.slice(0, 40)}' is not a whole number`);
      return String(engine.literal(String(BigInt(value.replace(/^\+/, ""))), engine.namedNode(`${xsd}integer`)));
    }
    if (parameter.type !== "iri") return String(engine.literal(value));
    if (/^(https?|urn):/.test(value)) return String(namedNode(engine, value, what));
    const [, prefix, local] = /^([^:]*):([^]*)$/.exec(value) ?? [];
    if (prefix !== undefined && Object.hasOwn(prefixes, prefix)) return String(namedNode(engine, prefixes[prefix] + local, what));
    const fits = find(`/${value.replace(/^\/+|\/+$/g, "")}`);
    if (fits.length === 1) return String(namedNode(engine, fits[0], what));
    if (fits.length) {
      throw new Problem(`${what}: '${value.slice(0, 80)}' may mean ${fits.length} things`, { mend: `Say more of it: ${fits.slice(0, 8).join(", ")}.` });
    }
    const example = parameter.example ? ` It is written like ${parameter.example}.` : "";
    throw new Problem(`${what}: there is no '${value.slice(0, 80)}' in the graph`, { mend: `Give an IRI, or its last part.${example}` });
  }

  /** SELECT, ASK, CONSTRUCT or DESCRIBE: the form of a query; empty where it has none. */
  function form(query) {
    for (const token of tokens(query)) {
      const word = token.kind === "word" ? token.text.toUpperCase() : "";
      if (FORMS.has(word)) return word;
    }
    return "";
  }

  function namesGraphs(query) {
    return [...tokens(query)].some((token) => token.kind === "word" && token.text.toUpperCase() === "GRAPH");
  }

  return { Problem, tokens, guard, parameterPlaces, bind, term, form, namesGraphs };
})();

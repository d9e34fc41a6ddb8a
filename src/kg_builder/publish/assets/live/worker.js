"use strict";
// Runs in a Web Worker, after oxigraph.js and sparql.js: holds the graph, answers queries.
let store;
let prefixes = {};

const LABELS = [
  "http://www.w3.org/2000/01/rdf-schema#label",
  "http://www.w3.org/2004/02/skos/core#prefLabel",
  "http://purl.org/dc/terms/title",
];

function bytesOf(base64) {
  return Uint8Array.fromBase64 ? Uint8Array.fromBase64(base64) : Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
}

async function inflate(parts) {
  const stream = new Blob(parts.map(bytesOf)).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function start(message) {
  const module = await WebAssembly.compile(await inflate([message.wasm]));
  await oxigraph.default({ module_or_path: module });
  postMessage({ type: "stage", stage: "graph" });
  prefixes = message.prefixes;
  store = new oxigraph.Store();
  store.load(await inflate(message.data), { format: "application/n-quads", no_transaction: true, lenient: true });
}

/** The IRIs in the graph that end in `text`, but for those that only tie an utterance to its words. */
function endingIn(text) {
  const wanted = String(oxigraph.literal(text));
  const found = store.query(
    `SELECT DISTINCT ?iri { { ?iri ?p ?o } UNION { ?s ?p ?iri } FILTER(ISIRI(?iri) && STRENDS(STR(?iri), ${wanted})
      && !CONTAINS(STR(?iri), "/mention/") && !CONTAINS(STR(?iri), "/inference/")) } ORDER BY ?iri`,
    { use_default_graph_as_union: true },
  );
  return found.map((row) => row.get("iri").value);
}

/** The name for people of an IRI, in English where there is one. */
function labelOf(iri) {
  for (const property of LABELS) {
    const found = store.match(oxigraph.namedNode(iri), oxigraph.namedNode(property), null, null).map((quad) => quad.object);
    const english = found.find((each) => each.language?.split("-")[0] === "en");
    if (found.length) return (english ?? found[0]).value;
  }
  return "";
}

function labelsOf(rows, beginning) {
  const labels = {};
  for (const cell of rows.flatMap((row) => Object.values(row))) {
    if (cell.type === "uri" && cell.value.startsWith(beginning) && !Object.hasOwn(labels, cell.value)) {
      labels[cell.value] = labelOf(cell.value);
    }
  }
  return labels;
}

function bound(message) {
  const values = {};
  for (const parameter of message.parameters) {
    const value = parameter.value.trim();
    if (value) values[parameter.name] = kgSparql.term(oxigraph, parameter, value, prefixes, endingIn);
    else if (parameter.required) throw new kgSparql.Problem(`the query asks for '${parameter.name}'`);
  }
  return kgSparql.bind(message.query, values);
}

function run(message) {
  const text = bound(message);
  kgSparql.guard(text);
  const form = kgSparql.form(text);
  const isGraph = form === "CONSTRUCT" || form === "DESCRIBE";
  const began = performance.now();
  const answer = store.query(text, {
    use_default_graph_as_union: !kgSparql.namesGraphs(text),
    results_format: isGraph ? "application/n-triples" : "application/sparql-results+json",
  });
  const milliseconds = performance.now() - began;
  if (isGraph) return { form, text, milliseconds, triples: answer };
  const results = JSON.parse(answer);
  if (form === "ASK") return { form, text, milliseconds, json: answer, yes: results.boolean };
  const rows = results.results.bindings;
  const shown = rows.slice(0, message.most);
  return { form, text, milliseconds, json: answer, variables: results.head.vars, total: rows.length, rows: shown, labels: labelsOf(shown, message.base) };
}

function told(error) {
  if (error instanceof kgSparql.Problem) return { message: error.message, line: error.line, column: error.column, mend: error.mend };
  const message = String(error?.message ?? error);
  const [whole, line, column] = /error at (\d+):(\d+): /.exec(message) ?? [];
  if (whole) {
    const rest = message.replace(whole, "");
    return { message: `this is not SPARQL: ${rest}`, line: Number(line), column: Number(column), mend: "Mend the query at that place." };
  }
  return { message, broken: error instanceof WebAssembly.RuntimeError || error instanceof RangeError };
}

self.onmessage = async ({ data: message }) => {
  try {
    if (message.type === "start") {
      await start(message);
      postMessage({ type: "ready", size: store.size });
    } else {
      postMessage({ type: "answer", ...run(message) });
    }
  } catch (error) {
    postMessage({ type: "problem", ...told(error) });
  }
};

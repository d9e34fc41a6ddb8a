"use strict";
// Live queries in the page: loads the engine and the graph when a reader asks, runs queries in a Web Worker, shows answers.
// Everything comes as scripts, since a page that was opened from a file may neither fetch nor start a worker by its address.
var kgLive = (() => {
  const STAGES = { engine: "Loading the query engine…", graph: "Reading the graph…", run: "Running the query…" };
  const SHOWN = 500;
  const BASE = "https://w3id.org/rights-claims/";
  const parts = {};
  let worker = null;
  let starting = null;
  let waiting = null;
  let asking = null;
  let turn = 0;
  const turns = new WeakMap();

  // What the generated scripts engine.js, graph.js and queries.js call.
  const give = (name, value) => {
    parts[name] = value;
  };

  function load(root, name) {
    if (parts[name]) return Promise.resolve();
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${root}assets/live/${name}.js`;
      script.onload = () => (parts[name] ? done() : failed(new Error(`${script.src} is not whole`)));
      script.onerror = () => failed(new Error(`${script.src} cannot be read`));
      document.head.append(script);
    });
  }

  function stop(reason) {
    turn += 1;
    if (worker) {
      worker.terminate();
      worker = starting = null;
    }
    const waited = waiting;
    waiting = null;
    waited?.failed(reason);
    asking?.abort();
  }

  function answered(message, stage) {
    if (message.type === "stage") return stage(message.stage);
    const waited = waiting;
    waiting = null;
    if (message.type !== "problem") return waited?.done(message);
    if (message.broken) stop();
    return waited?.failed(message);
  }

  function send(message, stage) {
    return new Promise((done, failed) => {
      waiting = { done, failed };
      worker.onmessage = ({ data }) => answered(data, stage);
      worker.onerror = (event) => stop({ message: `the query engine failed: ${event.message}` });
      worker.postMessage(message);
    });
  }

  async function start(root, stage) {
    stage("engine");
    await Promise.all([load(root, "engine"), load(root, "graph")]);
    const address = URL.createObjectURL(new Blob(parts.engine.scripts, { type: "text/javascript" }));
    worker = new Worker(address);
    URL.revokeObjectURL(address);
    await send({ type: "start", wasm: parts.engine.wasm, data: parts.graph.data, prefixes: parts.graph.prefixes }, stage);
  }

  /**
   * The answer of a query. `request` has query, parameters [{name, type, value, required, example}], root (where the site is, as
   * seen from the page), seconds (after which it is stopped) and stage (called with the name of each stage).
   */
  async function ask({ query, parameters = [], root, seconds, stage = () => {} }) {
    if (waiting) stop({ message: "Stopped: another query was run." });
    turn += 1;
    const mine = turn;
    try {
      starting ??= start(root, stage);
      await starting;
    } catch (error) {
      starting = null;
      throw error;
    }
    if (mine !== turn) throw { message: "Stopped." };
    stage("run");
    const limit = setTimeout(
      () => stop({ message: `Stopped after ${seconds} seconds.`, mend: "Ask for less, or run it with the command or an endpoint." }),
      seconds * 1000,
    );
    try {
      return await send({ type: "run", query, parameters, most: SHOWN, base: BASE }, stage);
    } finally {
      clearTimeout(limit);
    }
  }

  const OWNED = [
    [/^(data\/statement\/[^/]+)\/passage\/(\d+)-(\d+)(?:\/quote|\/position)?$/, (found) => `char=${found[2]},${found[3]}`],
    [/^(data\/statement\/[^/]+\/utterance\/[^/]+)\/(?:mention|inference)\/(.+)$/, (found) => found[2]],
    [/^(data\/statement\/[^/]+\/event\/[^/]+)\/time$/, () => "time"],
    [/^(data\/statement\/[^/]+\/event\/[^/]+)\/(same\/.+)$/, (found) => found[2]],
    [/^(.+)\/(identity\/\d+)$/, (found) => found[2]],
  ];

  /** The address of an IRI's page, as kg_builder.publish.addresses has it; empty where the site has none. */
  function addressOf(iri, root) {
    if (!iri.startsWith(BASE)) return "";
    const path = iri.slice(BASE.length);
    if (path.startsWith("ontology#")) {
      const name = path.slice("ontology#".length);
      return `${root}ontology/${/^\p{Lu}/u.test(name) ? "class" : "property"}/${name}.html`;
    }
    if (path.startsWith("shapes#")) return `${root}shapes.html#${path.slice("shapes#".length)}`;
    if (!/^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/.test(path) || path.split("/").some((part) => /^\.*$/.test(part))) return "";
    for (const [pattern, fragment] of OWNED) {
      const found = pattern.exec(path);
      if (found) return `${root}${found[1]}.html#${fragment(found)}`;
    }
    return `${root}${path}.html`;
  }

  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  function cellOf(cell, labels, root) {
    if (!cell) return make("td");
    if (cell.type === "uri") {
      const address = addressOf(cell.value, root) || (/^https?:\/\//.test(cell.value) ? cell.value : "");
      const text = labels[cell.value] || (cell.value.startsWith(`${BASE}data/`) ? cell.value.split("/").pop() : cell.value);
      return make("td", {}, address ? make("a", { href: address, title: cell.value }, text) : text);
    }
    const isNumber = /#(integer|decimal|double|float)$/.test(cell.datatype ?? "");
    const className = isNumber ? "number" : cell.value.length > 80 ? "long" : "";
    const made = make("td", { className, lang: cell["xml:lang"] ?? "" }, cell.value);
    for (const name of ["lang", "class"]) if (!made.getAttribute(name)) made.removeAttribute(name);
    return made;
  }

  function tableOf(answer, root, caption) {
    const head = make("tr", {}, ...answer.variables.map((name) => make("th", { scope: "col" }, name.replaceAll("_", " "))));
    const rows = answer.rows.map((row) => make("tr", {}, ...answer.variables.map((name) => cellOf(row[name], answer.labels, root))));
    const table = make("table", { className: "answer" }, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows));
    const frame = make("div", { className: "scroll", tabIndex: 0 }, table);
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", caption);
    return frame;
  }

  function csvOf(json) {
    const { head, results } = JSON.parse(json);
    const field = (text) => (/["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const value = (cell) => (cell ? field(cell.type === "bnode" ? `_:${cell.value}` : cell.value) : "");
    const lines = results.bindings.map((row) => head.vars.map((name) => value(row[name])).join(","));
    return `${[head.vars.map(field).join(","), ...lines].join("\r\n")}\r\n`;
  }

  function download(label, name, type, content) {
    const button = make("button", { type: "button", className: "download" }, label);
    button.onclick = () => {
      const address = URL.createObjectURL(new Blob([content()], { type }));
      make("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    };
    return button;
  }

  function shown(answer, root, name) {
    const time = `in ${answer.milliseconds < 10 ? answer.milliseconds.toFixed(1) : Math.round(answer.milliseconds)} ms`;
    if (answer.triples !== undefined) {
      const lines = answer.triples.split("\n").filter(Boolean);
      const some = lines.length > SHOWN ? `; the first ${SHOWN} are shown` : "";
      return {
        status: `${lines.length.toLocaleString("en")} triples ${time}${some}.`,
        nodes: [
          make("p", { className: "downloads" }, download("N-Triples", `${name}.nt`, "application/n-triples", () => answer.triples)),
          make("pre", { tabIndex: 0 }, make("code", {}, lines.slice(0, SHOWN).join("\n"))),
        ],
      };
    }
    const json = download("JSON", `${name}.json`, "application/sparql-results+json", () => answer.json);
    if (answer.form === "ASK") {
      return { status: `Answered ${time}.`, nodes: [make("p", { className: "yes-no" }, answer.yes ? "Yes." : "No."), json] };
    }
    const rows = `${answer.total.toLocaleString("en")} ${answer.total === 1 ? "row" : "rows"}`;
    const some = answer.total > SHOWN ? `; the first ${SHOWN} are shown, the downloads have all` : "";
    const csv = download("CSV", `${name}.csv`, "text/csv", () => csvOf(answer.json));
    return {
      status: `${rows} ${time}${some}.`,
      nodes: [
        make("p", { className: "downloads" }, "Download: ", csv, " ", json),
        ...(answer.total ? [tableOf(answer, root, `Live answer: ${rows}`)] : []),
      ],
    };
  }

  function toldProblem(problem) {
    const place = problem.line ? `Line ${problem.line}, column ${problem.column}: ` : "";
    return `${place}${problem.message}${/[.!?]$/.test(problem.message) ? "" : "."}${problem.mend ? ` ${problem.mend}` : ""}`;
  }

  /** What an endpoint answers. A page may ask only the server that it came from. */
  async function askEndpoint(address, query, seconds) {
    const began = performance.now();
    asking = new AbortController();
    const said = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, application/n-triples;q=0.9" },
      body: query,
      signal: AbortSignal.any([asking.signal, AbortSignal.timeout(seconds * 1000)]),
    }).catch((error) => {
      throw { message: error.name === "AbortError" ? "Stopped." : `There is no answer from ${address}.` };
    });
    const text = await said.text();
    const type = said.headers.get("Content-Type") ?? "";
    if (said.status === 404 || said.status === 405 || said.status === 501) {
      throw { message: "There is no endpoint here: this site is served as files", mend: "Run it in this page." };
    }
    if (!said.ok) throw { message: type.includes("json") ? (JSON.parse(text).detail ?? text) : text.slice(0, 500) };
    const milliseconds = performance.now() - began;
    if (type.includes("n-triples")) return { triples: text, milliseconds };
    const { head, results, boolean } = JSON.parse(text);
    if (boolean !== undefined) return { form: "ASK", yes: boolean, json: text, milliseconds };
    const rows = results.bindings;
    return { json: text, variables: head.vars, total: rows.length, rows: rows.slice(0, SHOWN), labels: {}, milliseconds };
  }

  /** Shows in a form what `asking` comes to: its stages, its answer, or what went wrong. */
  async function answer(form, asking) {
    const [status, place, stopButton] = ["status", "answer", "stop"].map((part) => form.querySelector(`[data-live="${part}"]`));
    const turn = Symbol("turn");
    turns.set(form, turn);
    const isCurrent = () => turns.get(form) === turn;
    const show = (text, nodes = [], isProblem = false) => {
      status.classList.toggle("problem", isProblem);
      status.textContent = text;
      place.replaceChildren(...nodes);
    };
    stopButton.hidden = false;
    form.setAttribute("aria-busy", "true");
    try {
      const result = await asking((stage) => show(STAGES[stage]));
      const { status: line, nodes } = shown(result, form.dataset.root, form.dataset.name);
      if (!isCurrent()) return;
      show(line, nodes);
      document.getElementById("built-answer")?.setAttribute("hidden", "");
    } catch (problem) {
      if (!isCurrent()) return;
      show(toldProblem(problem), [], true);
      if (problem.line) form.kgEditor?.mark(problem.line, problem.column);
    } finally {
      if (isCurrent()) {
        stopButton.hidden = true;
        form.removeAttribute("aria-busy");
      }
    }
  }

  /** Makes a form of a page live: the query stands in its text area, or in the element that `data-text` names. */
  function enliven(form) {
    const { root, text } = form.dataset;
    const seconds = Number(form.dataset.seconds);
    const area = form.querySelector("textarea");
    const request = () => ({
      query: area?.value ?? document.getElementById(text).textContent,
      parameters: [...form.querySelectorAll("[data-type]")].map(({ name, value, required, dataset }) => ({
        name,
        value,
        required,
        type: dataset.type,
        example: dataset.example,
      })),
    });
    form.onsubmit = (event) => {
      event.preventDefault();
      answer(form, (stage) => ask({ ...request(), root, seconds, stage }));
    };
    form.querySelector('[data-live="stop"]').onclick = () => {
      form.querySelector('[data-live="run"]').focus();
      stop({ message: "Stopped." });
    };
    form.hidden = false;
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-live-query]").forEach(enliven));
  return { give, ask, askEndpoint, answer, stop, addressOf, parts, make };
})();

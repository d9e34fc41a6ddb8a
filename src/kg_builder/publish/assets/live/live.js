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
    worker?.terminate();
    worker = starting = null;
    const waited = waiting;
    waiting = null;
    waited?.failed(reason);
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
    try {
      starting ??= start(root, stage);
      await starting;
    } catch (error) {
      starting = null;
      throw error;
    }
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
      const text = labels[cell.value] || cell.value.replace(`${BASE}data/`, "").replace(BASE, "");
      return make("td", {}, address ? make("a", { href: address, title: cell.value }, text) : text);
    }
    const isNumber = /#(integer|decimal|double|float)$/.test(cell.datatype ?? "");
    const made = make("td", { className: isNumber ? "number" : "", lang: cell["xml:lang"] ?? "" }, cell.value);
    if (!made.lang) made.removeAttribute("lang");
    return made;
  }

  function tableOf(answer, root, caption) {
    const head = make("tr", {}, ...answer.variables.map((name) => make("th", { scope: "col" }, name.replaceAll("_", " "))));
    const rows = answer.rows.map((row) => make("tr", {}, ...answer.variables.map((name) => cellOf(row[name], answer.labels, root))));
    const table = make("table", {}, make("caption", {}, caption), make("thead", {}, head), make("tbody", {}, ...rows));
    const frame = make("div", { className: "table-frame", tabIndex: 0 }, table);
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

  /** Makes a form of a page live: the query stands in its text area, or in the element that `data-text` names. */
  function enliven(form) {
    const { root, name } = form.dataset;
    const seconds = Number(form.dataset.seconds);
    const find = (part) => form.querySelector(`[data-live="${part}"]`);
    const [status, answer, run, stopButton] = ["status", "answer", "run", "stop"].map(find);
    const area = form.querySelector("textarea");
    const text = () => form.kgEditor?.text() ?? area?.value ?? document.getElementById(form.dataset.text).textContent;
    const parameters = () =>
      [...form.querySelectorAll("[data-type]")].map((input) => ({ ...input.dataset, name: input.name, value: input.value, required: input.required }));

    async function go() {
      stopButton.hidden = false;
      status.classList.remove("problem");
      answer.replaceChildren();
      form.setAttribute("aria-busy", "true");
      const stage = (each) => {
        status.textContent = STAGES[each];
      };
      try {
        const result = await ask({ query: text(), parameters: parameters(), root, seconds, stage });
        const { status: line, nodes } = shown(result, root, name);
        status.textContent = line;
        answer.replaceChildren(...nodes);
      } catch (problem) {
        status.classList.add("problem");
        status.textContent = toldProblem(problem);
        if (problem.line) form.kgEditor?.mark(problem.line, problem.column);
      } finally {
        stopButton.hidden = !waiting;
        form.removeAttribute("aria-busy");
      }
    }
    form.onsubmit = (event) => {
      event.preventDefault();
      go();
    };
    stopButton.onclick = () => {
      stop({ message: "Stopped." });
      run.focus();
    };
    form.hidden = false;
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-live-query]").forEach(enliven));
  return { give, ask, stop, load, addressOf, parts, make };
})();

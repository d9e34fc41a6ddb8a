"use strict";
// The page in which anybody asks freely: the editor, saved queries to begin with, the endpoint where there is one.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-console]");
  const area = form.querySelector("textarea");
  const example = document.getElementById("example");
  const first = area.value;
  const { root } = form.dataset;

  const host = kgLive.make("div", { className: "editor" });
  area.closest(".field").append(host);
  area.hidden = true;
  const run = () => form.requestSubmit();
  form.kgEditor = kgEditor.create(host, {
    text: first,
    label: "SPARQL query",
    run,
    changed(text) {
      area.value = text;
    },
  });
  form.querySelector("label[for=query]").onclick = () => form.kgEditor.focus();

  function begin(name) {
    const saved = Object.hasOwn(kgLive.parts.queries, name) ? kgLive.parts.queries[name] : undefined;
    example.value = saved ? name : "";
    form.kgEditor.replace(saved ? saved.text : first);
  }
  example.onchange = () => begin(example.value);
  const wanted = new URLSearchParams(location.search).get("query");
  if (wanted) begin(wanted);

  if (location.protocol.startsWith("http")) {
    const endpoint = new URL(`${root}sparql`, location.href).href;
    document.getElementById("endpoint-address").textContent = endpoint;
    const button = form.querySelector('[data-live="endpoint"]');
    button.hidden = false;
    button.onclick = () => kgLive.answer(form, () => kgLive.askEndpoint(endpoint, form.kgEditor.text(), Number(form.dataset.seconds)));
  }
});

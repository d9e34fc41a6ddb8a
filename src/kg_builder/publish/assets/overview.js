"use strict";
// Choosing among the accusations of a page: hides those that do not fit, and counts again in the matrix above them.
(() => {
  const form = document.querySelector("form[data-filters]");
  const items = [...document.querySelectorAll("[data-item]")];
  if (!form || !items.length) return;
  const found = form.querySelector("[data-found]");
  const cells = [...document.querySelectorAll("[data-cell]")];

  const claims = (those) => new Set(those.map((item) => item.dataset.item)).size;
  const plural = (count) => `${count.toLocaleString("en")} ${count === 1 ? "claim" : "claims"}`;

  function count(cell, shown) {
    const { actor, column } = cell.dataset;
    const those = shown.filter((item) => item.dataset.actor === actor && (!column || item.dataset.column === column));
    const number = cell.querySelector("[data-count]");
    if (!number) return;
    number.textContent = claims(those);
    number.parentElement.hidden = !those.length;
    const insinuated = cell.querySelector("[data-insinuated]");
    if (!insinuated) return;
    const left = claims(those.filter((item) => item.dataset.directness === "insinuated"));
    insinuated.hidden = !left;
    insinuated.childNodes[1].data = left;
    insinuated.title = `${left} insinuated`;
  }

  function choose() {
    const chosen = [...new FormData(form)].filter(([, value]) => value);
    const fits = (item) => chosen.every(([name, value]) => item.dataset[name].split(" ").includes(value));
    for (const item of items) item.hidden = !fits(item);
    const shown = items.filter((item) => !item.hidden);
    for (const group of document.querySelectorAll("[data-group]")) {
      const left = [...group.querySelectorAll("[data-item]")].filter((item) => !item.hidden);
      group.hidden = !left.length;
      const number = group.querySelector(":scope > h3 [data-count]");
      if (number) number.textContent = left.length;
    }
    for (const cell of cells) count(cell, shown);
    for (const row of new Set(cells.map((cell) => cell.parentElement))) {
      row.hidden = !row.querySelector("[data-count]") || !shown.some((item) => item.dataset.actor === row.querySelector("[data-cell]").dataset.actor);
    }
    found.textContent = chosen.length ? `${plural(claims(shown))} of ${claims(items)} shown.` : `${plural(claims(items))} shown, all there are on this page.`;
    try {
      const query = new URLSearchParams(chosen).toString();
      history.replaceState(null, "", (query ? `?${query}` : location.pathname.split("/").pop()) + location.hash);
    } catch {
      // A page from a file may not change its address; the choice holds all the same.
    }
  }

  for (const [name, value] of new URLSearchParams(location.search)) {
    const control = form.elements.namedItem(name);
    if (control instanceof HTMLSelectElement && [...control.options].some((option) => option.value === value)) control.value = value;
  }
  form.hidden = false;
  form.addEventListener("change", choose);
  form.addEventListener("reset", () => setTimeout(choose));
  form.addEventListener("submit", (event) => event.preventDefault());
  choose();
})();

"use strict";
// Leads from a mark in the text to its card, and from an address with #char=START,END (code points, end exclusive) to these words.
(() => {
  const text = document.getElementById("text");

  // The text node and its UTF-16 offset at a code point of the statement. The signs within the text are no part of it.
  function place(offset) {
    const spans = text.querySelectorAll("span[data-start]");
    let found = null;
    for (const span of spans) {
      if (Number(span.dataset.start) > offset) break;
      found = span;
    }
    const node = found.firstChild;
    let left = offset - Number(found.dataset.start);
    let units = 0;
    for (const character of node.data) {
      if (left-- === 0) break;
      units += character.length;
    }
    return [node, units];
  }

  function showWords() {
    const match = /^#char=(\d+),(\d+)$/.exec(location.hash);
    CSS.highlights?.delete("char");
    if (!match) return;
    const [start, end] = [Number(match[1]), Number(match[2])];
    if (end <= start) return;
    const range = document.createRange();
    range.setStart(...place(start));
    range.setEnd(...place(end));
    if (CSS.highlights) CSS.highlights.set("char", new Highlight(range));
    const box = range.getBoundingClientRect();
    scrollTo({ top: scrollY + box.top - innerHeight / 3 });
    text.dataset.shown = range.toString();
  }

  function showCard(ids) {
    for (const card of document.querySelectorAll(".card.shown")) card.classList.remove("shown");
    const cards = ids.map((id) => document.getElementById(id)).filter(Boolean);
    for (const card of cards) {
      card.classList.add("shown");
      card.querySelector("details").open = true;
    }
    cards[0]?.scrollIntoView({ block: "nearest" });
  }

  text.addEventListener("click", (event) => {
    const mark = event.target.closest(".mark");
    if (mark && getSelection().isCollapsed) showCard(mark.dataset.said.split(" ").reverse());
  });
  addEventListener("hashchange", showWords);
  showWords();
})();

"use strict";
// The search in the page. The index comes in scripts, of which only those that a search needs are loaded: a page that was opened
// from a file may load nothing else. Words are folded as the Python module kg_builder.publish.overview.folding folds them.
const kgSearch = (() => {
  const LETTERS = { ß: "ss", ς: "σ", ı: "i", ł: "l", ø: "o", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ə: "e", ħ: "h" };
  const UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff";
  const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+`, "gu");
  const SHOWN = 30;
  const MOST_STRETCHES = 8;

  const fold = (text) =>
    text
      .normalize("NFKD")
      .toLowerCase()
      .normalize("NFKD")
      .replace(/\p{Mn}/gu, "")
      .replace(/./gu, (letter) => LETTERS[letter] ?? letter);
  const words = (text) => [...new Set(fold(text).match(WORD) ?? [])];

  // By code points, as the index is in order.
  function isBefore(one, other) {
    const [left, right] = [[...one], [...other]];
    for (let at = 0; at < left.length && at < right.length; at += 1) {
      if (left[at] !== right[at]) return left[at].codePointAt(0) < right[at].codePointAt(0);
    }
    return left.length < right.length;
  }

  const given = new Map();
  const waiting = new Map();

  function give(name, value) {
    given.set(name, value);
    waiting.get(name)?.forEach((done) => done(value));
    waiting.delete(name);
    if (name === "index") ready();
  }

  function load(name) {
    if (given.has(name)) return Promise.resolve(given.get(name));
    return new Promise((resolve, reject) => {
      if (waiting.has(name)) {
        waiting.get(name).push(resolve);
        return;
      }
      waiting.set(name, [resolve]);
      const script = document.createElement("script");
      script.src = `assets/search/${name}.js`;
      script.onerror = () => {
        waiting.delete(name);
        reject(new Error(`${script.src} cannot be read`));
      };
      document.head.append(script);
    });
  }

  // The entries that have a word beginning so, as numbers; and whether there are more than the index keeps.
  async function having(beginning) {
    const { firsts, most } = given.get("index");
    let at = 0;
    while (at + 1 < firsts.length && !isBefore(beginning, firsts[at + 1])) at += 1;
    const numbers = new Set();
    let isCut = false;
    for (let read = 0; at < firsts.length && (read === 0 || firsts[at].startsWith(beginning)); at += 1, read += 1) {
      if (read === MOST_STRETCHES) {
        isCut = true;
        break;
      }
      const stretch = await load(`words-${at}`);
      for (const [word, [count, ...steps]] of Object.entries(stretch)) {
        if (!word.startsWith(beginning)) continue;
        if (count > most) isCut = true;
        let number = 0;
        for (const step of steps) numbers.add((number += step));
      }
    }
    return { numbers, isCut };
  }

  async function entries(numbers) {
    const { size } = given.get("index");
    const parts = await Promise.all(numbers.map((number) => load(`entries-${Math.floor(number / size)}`)));
    return numbers.map((number, at) => parts[at][number % size]);
  }

  let form, found, results, more;
  let shown = [];
  let run = 0;

  function marked(text, beginnings) {
    const nodes = [];
    let end = 0;
    for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      if (!words(match[0]).some((word) => beginnings.some((each) => word.startsWith(each)))) continue;
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      nodes.push(text.slice(end, match.index), mark);
      end = match.index + match[0].length;
    }
    nodes.push(text.slice(end));
    return nodes;
  }

  function made(tag, className, ...inner) {
    const element = document.createElement(tag);
    element.className = className;
    element.append(...inner);
    return element;
  }

  // Who holds it stands before what is claimed, so that nothing reads as if the site said it.
  function item([address, kind, label, who, verb, told], beginnings) {
    const link = made("a", "", ...marked(label, beginnings));
    link.href = address;
    link.dir = "auto";
    const statement = /^data\/statement\/([^/]+)\//.exec(address);
    const about = made("span", "note", ` ${kind}${statement ? ` in ${statement[1]}` : ""}`);
    const holder = who ? [made("bdi", "", who), ` ${verb}: `] : [];
    const entry = made("li", "", made("p", "", ...holder, link, about));
    if (told) {
      const words = made("p", who ? "quoted" : "note", ...marked(told, beginnings));
      words.dir = "auto";
      entry.append(words);
    }
    return entry;
  }

  async function show(beginnings) {
    const mine = run;
    const next = shown.splice(0, SHOWN);
    const loaded = await entries(next);
    if (mine !== run) return;
    results.append(...loaded.map((each) => item(each, beginnings)));
    more.hidden = !shown.length;
  }

  function told(count, isCut) {
    const number = count.toLocaleString("en");
    if (!isCut) return count ? `${number} found.` : "Nothing is found.";
    const advice = "A word is so common that the index has only its first entries; without it, or with more of it, more may be found.";
    return `${count ? `${number} found` : "Nothing is found"} so far. ${advice}`;
  }

  async function search(text) {
    const mine = (run += 1);
    const beginnings = words(text);
    results.replaceChildren();
    more.hidden = true;
    if (!beginnings.length) {
      found.textContent = text.trim() ? "There is no letter and no digit in it." : "";
      return;
    }
    try {
      const each = await Promise.all(beginnings.map(having));
      if (mine !== run) return;
      const [least, ...others] = each.map((one) => one.numbers).sort((one, other) => one.size - other.size);
      shown = [...least].filter((number) => others.every((one) => one.has(number))).sort((one, other) => one - other);
      found.textContent = told(shown.length, each.some((one) => one.isCut));
      results.dataset.words = beginnings.join(" ");
      await show(beginnings);
    } catch (error) {
      if (mine === run) found.textContent = `The index cannot be read: ${error.message}`;
    }
  }

  function ready() {
    form = document.querySelector("form[data-search]");
    found = document.querySelector("[data-found]");
    results = document.querySelector("[data-results]");
    more = document.querySelector("[data-more]");
    const input = form.elements.namedItem("q");
    more.addEventListener("click", async () => {
      const last = results.lastElementChild;
      await show(results.dataset.words.split(" "));
      last?.nextElementSibling?.querySelector("a")?.focus();
    });
    let timer;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => search(input.value), 150);
    });
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) input.value = asked;
    else input.focus();
    if (input.value) search(input.value);
  }

  return { give, fold, words };
})();
if (typeof module === "object") module.exports = kgSearch;

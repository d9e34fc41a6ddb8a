// The SPARQL editor of the site's pages, bundled by tools/assets.py: CodeMirror in a shadow root, where its style sheets are
// constructed by script and so allowed by a strict Content-Security-Policy.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword, #7a1f5c)" },
  { tag: [tags.string, tags.literal], color: "var(--code-string, #1d5c2c)" },
  { tag: tags.comment, color: "var(--code-comment, #57606a)", fontStyle: "italic" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable, #0b4f86)" },
  { tag: [tags.atom, tags.number, tags.bool], color: "var(--code-string, #1d5c2c)" },
]);

const theme = EditorView.theme({
  "&": { color: "inherit", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.5" },
  ".cm-content": { caretColor: "currentColor", padding: "0.5rem 0" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--code-comment, #57606a)", border: "none" },
  ".cm-error": { textDecoration: "underline wavy" },
});

/**
 * An editor in `host`. `label` names it to assistive technology; `run` is called on Ctrl-Enter; `changed` after each edit.
 * The Tab key is left alone, so that the keyboard can leave the editor.
 */
export function create(host, { text, label, run, changed }) {
  const root = host.attachShadow({ mode: "open" });
  const keys = [{ key: "Mod-Enter", run: () => (run(), true) }, ...defaultKeymap, ...historyKeymap];
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        bracketMatching(),
        StreamLanguage.define(sparql),
        syntaxHighlighting(colours),
        theme,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => update.docChanged && changed(view.state.doc.toString())),
        keymap.of(keys),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace(next) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    mark(line, column) {
      if (line < 1 || line > view.state.doc.lines) return;
      const at = view.state.doc.line(line);
      view.dispatch({ selection: { anchor: Math.min(at.from + Math.max(column - 1, 0), at.to) }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
  };
}

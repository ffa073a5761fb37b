/** CodeMirror set up for HTML or MJML with Liquid: colours, completion of variables, marks on wrong lines. */

import { indentWithTab } from '@codemirror/commands';
import { html } from '@codemirror/lang-html';
import { liquid } from '@codemirror/lang-liquid';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { keymap } from '@codemirror/view';
import { basicSetup, EditorView } from 'codemirror';

/** Something wrong at a place, as the server says it. */
export interface CodeIssue {
  line?: number;
  column?: number;
  message: string;
  level: 'error' | 'warning';
}

/** A variable to offer while typing. */
export interface CodeVariable {
  path: string;
  label: string;
}

export interface CodeOptions {
  parent: Element;
  label: string;
  text: string;
  readOnly: boolean;
  nonce: string;
  variables: CodeVariable[];
  onChange: (text: string) => void;
}

const theme = EditorView.theme({
  '&': {
    height: '100%',
    fontSize: '13px',
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
  },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--mantine-color-dimmed)', border: 'none' },
  '.cm-content': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    caretColor: 'var(--mantine-color-text)',
  },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '-2px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--mantine-color-default-hover)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--mantine-color-body)',
    color: 'var(--mantine-color-text)',
    border: '1px solid var(--mantine-color-default-border)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
});

/** Members of objects for completion: `contact` → `first_name`, … */
function completions(variables: CodeVariable[]) {
  const roots = [...new Set(variables.map(({ path }) => path.split('.')[0] ?? ''))];
  return {
    variables: roots.map((label) => ({ label, type: 'variable' })),
    properties: (path: readonly string[]) =>
      variables
        .filter((variable) => variable.path.startsWith(`${path.join('.')}.`))
        .map((variable) => ({
          label: variable.path.slice(path.join('.').length + 1),
          detail: variable.label,
          type: 'property',
        })),
  };
}

function setup({ label, readOnly, nonce, variables, onChange }: CodeOptions): Extension[] {
  return [
    basicSetup,
    keymap.of([indentWithTab]),
    liquid({ base: html({ matchClosingTags: false, selfClosingTags: true }), ...completions(variables) }),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
    EditorState.readOnly.of(readOnly),
    nonce === '' ? [] : EditorView.cspNonce.of(nonce),
    theme,
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}

/** Opens an editor. */
export function openCode(options: CodeOptions): EditorView {
  const state = EditorState.create({ doc: options.text, extensions: setup(options) });
  return new EditorView({ state, parent: options.parent });
}

/** Puts another text in, if it differs. */
export function replaceText(view: EditorView, text: string): void {
  if (view.state.doc.toString() === text) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

/** Marks what is wrong. */
export function showIssues(view: EditorView, issues: CodeIssue[]): void {
  const { doc } = view.state;
  const diagnostics = issues.map((issue): Diagnostic => {
    const line = doc.line(Math.min(Math.max(1, issue.line ?? 1), doc.lines));
    const from = Math.min(line.from + Math.max(0, (issue.column ?? 1) - 1), line.to);
    return { from, to: line.to, severity: issue.level, message: issue.message };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Brings a line into view with the cursor on it. */
export function goToLine(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  view.focus();
}

export type { EditorView };

/** The state every part of the editor shares: the email with its history, what is chosen, what is said aloud. */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useReducer, useState } from 'react';
import type { Brand } from '../../parts/email-document/brand';
import { type EmailDocument, isEmailDocument } from '../../parts/email-document/types';
import { begin, type History, record, redo, undo } from './model/history';
import type { Target } from './model/pointer';
import type { EmailSource } from './queries';

type Action =
  | { kind: 'change'; next: (source: EmailSource) => EmailSource; what: string; now: number }
  | { kind: 'undo' }
  | { kind: 'redo' };

function reduce(history: History<EmailSource>, action: Action): History<EmailSource> {
  if (action.kind === 'undo') return undo(history);
  if (action.kind === 'redo') return redo(history);
  return record(history, action.next(history.present), action.what, action.now);
}

export interface EditorState {
  source: EmailSource;
  /** The document, if the email is one. */
  document: EmailDocument | undefined;
  brand: Brand;
  editable: boolean;
  chosen: Target;
  choose: (target: Target) => void;
  /** The text block that is written in place. */
  writing: string | undefined;
  write: (id: string | undefined) => void;
  /** Changes the email. `what` names the thing changed: quick changes of one thing are one undo step. */
  change: (what: string, next: (source: EmailSource) => EmailSource) => void;
  /** Changes the document. */
  edit: (what: string, next: (document: EmailDocument) => EmailDocument) => void;
  undo?: () => void;
  redo?: () => void;
  /** Says something to screen readers. */
  say: (words: string) => void;
  said: string;
}

const Context = createContext<EditorState | undefined>(undefined);

/** The editor's state. */
export function useEditor(): EditorState {
  const state = useContext(Context);
  if (state === undefined) throw new Error('useEditor is for the inside of an editor');
  return state;
}

export function EditorProvider(props: {
  first: EmailSource;
  brand: Brand;
  editable: boolean;
  children: ReactNode;
}) {
  const { first, brand, editable, children } = props;
  const [history, dispatch] = useReducer(reduce, first, begin);
  const [chosen, setChosen] = useState<Target>({ kind: 'email' });
  const [writing, write] = useState<string>();
  const [said, say] = useState('');
  const change = useCallback((what: string, next: (source: EmailSource) => EmailSource) => {
    dispatch({ kind: 'change', next, what, now: Date.now() });
  }, []);
  const edit = useCallback(
    (what: string, next: (document: EmailDocument) => EmailDocument) =>
      change(what, (source) => withDocument(source, next)),
    [change],
  );
  const choose = useCallback((target: Target) => {
    setChosen(target);
    write((now) => (target.kind === 'block' && target.id === now ? now : undefined));
  }, []);
  const source = history.present;
  const state = useMemo<EditorState>(
    () => ({
      source,
      document: documentOf(source),
      brand,
      editable,
      chosen,
      choose,
      writing,
      write,
      change,
      edit,
      undo: history.past.length > 0 ? () => dispatch({ kind: 'undo' }) : undefined,
      redo: history.future.length > 0 ? () => dispatch({ kind: 'redo' }) : undefined,
      say,
      said,
    }),
    [source, brand, editable, chosen, choose, writing, change, edit, history, said],
  );
  return <Context.Provider value={state}>{children}</Context.Provider>;
}

/** The document of an email, if it is one. */
export function documentOf(source: EmailSource): EmailDocument | undefined {
  const { body } = source;
  return body.format === 'document' && isEmailDocument(body.document) ? body.document : undefined;
}

function withDocument(source: EmailSource, next: (document: EmailDocument) => EmailDocument): EmailSource {
  const document = documentOf(source);
  if (document === undefined) return source;
  const changed = next(document);
  return changed === document ? source : { ...source, body: { format: 'document', document: changed } };
}

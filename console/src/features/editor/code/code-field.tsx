/** Source text with colours and marks. Loaded when first used. */
import { Box } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useMergeTags } from '../../../parts/merge-tags/use-tags';
import { type CodeIssue, type EditorView, goToLine, openCode, replaceText, showIssues } from './code-mirror';

export interface CodeFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  issues?: CodeIssue[];
  readOnly?: boolean;
  height?: number | string;
  /** Brings this line into view; a new object each time. */
  goTo?: { line: number };
}

const NO_ISSUES: CodeIssue[] = [];

function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

export default function CodeField(props: CodeFieldProps) {
  const { label, value, onChange, issues = NO_ISSUES, readOnly = false, height = 220, goTo } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const variables = useMergeTags();
  const latest = useRef({ value, onChange, variables });
  latest.current = { value, onChange, variables };
  useEffect(() => {
    if (place.current === null) return;
    const opened = openCode({
      parent: place.current,
      label,
      text: latest.current.value,
      readOnly,
      nonce: nonce(),
      variables: latest.current.variables,
      onChange: (text) => latest.current.onChange(text),
    });
    view.current = opened;
    return () => opened.destroy();
  }, [label, readOnly]);
  useEffect(() => {
    if (view.current !== undefined) replaceText(view.current, value);
  }, [value]);
  useEffect(() => {
    if (view.current !== undefined) showIssues(view.current, issues);
  }, [issues]);
  useEffect(() => {
    if (goTo !== undefined && view.current !== undefined) goToLine(view.current, goTo.line);
  }, [goTo]);
  return (
    <Box
      ref={place}
      h={height}
      style={{
        border: '1px solid var(--mantine-color-default-border)',
        borderRadius: 8,
        overflow: 'hidden',
        colorScheme: 'light dark',
      }}
    />
  );
}

/** The draft in the wizard: what is typed at once, what is saved a second later, and conflicts. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Autosave, type SaveState } from '../../lib/autosave';
import { draftOf } from './model';
import {
  type Campaign,
  type Content,
  campaignQuery,
  type Draft,
  type Settings,
  saveCampaign,
} from './queries';

export interface DraftState {
  draft: Draft;
  /** What the server has; what depends on it asks again when its version changes. */
  saved: Draft;
  version: number;
  save: SaveState;
  setName: (name: string) => void;
  setContent: (change: Partial<Content>) => void;
  setSettings: (change: Partial<Settings>) => void;
  /** Saves what waits now. */
  flush: () => Promise<void>;
  /** Ends a conflict: mine is saved over theirs, or theirs is taken. */
  resolve: (theirs: Campaign, keepMine: boolean) => void;
}

export function useDraft(campaign: Campaign): DraftState {
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(campaign));
  const [{ saved, version }, setSaved] = useState(() => ({
    saved: draftOf(campaign),
    version: campaign.version,
  }));
  const [save, setSave] = useState<SaveState>({ kind: 'saved', at: undefined });
  const latest = useRef(draft);
  const saver = useRef<Autosave<Draft>>(undefined);
  saver.current ??= new Autosave<Draft>({
    version: campaign.version,
    onState: setSave,
    save: async (value, from) => {
      const answer = await saveCampaign(campaign.id, value, from);
      queries.setQueryData(campaignQuery(campaign.id).queryKey, answer);
      setSaved({ saved: draftOf(answer), version: answer.version });
      return answer.version;
    },
  });
  const change = useCallback((next: Draft) => {
    latest.current = next;
    setDraft(next);
    saver.current?.change(next);
  }, []);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => saver.current?.isDirty() && event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
      saver.current?.end();
    };
  }, []);
  return {
    draft,
    saved,
    version,
    save,
    setName: (name) => change({ ...latest.current, name }),
    setContent: (part) => change({ ...latest.current, content: { ...latest.current.content, ...part } }),
    setSettings: (part) => change({ ...latest.current, settings: { ...latest.current.settings, ...part } }),
    flush: useCallback(async () => saver.current?.flush(), []),
    resolve: (theirs, keepMine) => {
      setSaved({ saved: draftOf(theirs), version: theirs.version });
      if (!keepMine) {
        latest.current = draftOf(theirs);
        setDraft(latest.current);
        queries.setQueryData(campaignQuery(theirs.id).queryKey, theirs);
      }
      saver.current?.resolve(theirs.version, keepMine);
    },
  };
}

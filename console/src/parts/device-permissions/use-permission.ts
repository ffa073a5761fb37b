/** Asks for a permission just before it is needed, once, and records the answer. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { AskDialogProps } from './ask-dialog';
import { type Permission, permissionsQuery, setPermission } from './queries';

export interface PermissionAsker {
  /** True if it is allowed; asks if the person has not said yes before. */
  ask: (permission: Permission) => Promise<boolean>;
  /** Records what the browser's own question came to. */
  record: (permission: Permission, granted: boolean) => Promise<void>;
  /** For {@link AskDialog}. */
  dialog: AskDialogProps;
}

export function usePermission(): PermissionAsker {
  const queries = useQueryClient();
  const { data } = useQuery(permissionsQuery());
  const [permission, setAsked] = useState<Permission>();
  const answer = useRef<(allowed: boolean) => void>(() => {});
  const record = async (which: Permission, granted: boolean) => {
    await setPermission(which, granted);
    await queries.invalidateQueries({ queryKey: permissionsQuery().queryKey });
  };
  const close = (allowed: boolean) => {
    setAsked(undefined);
    answer.current(allowed);
  };
  return {
    record,
    ask: (which) => {
      const said = data?.items.find((item) => item.permission === which)?.granted;
      if (said === true) return Promise.resolve(true);
      setAsked(which);
      return new Promise<boolean>((resolve) => {
        answer.current = resolve;
      });
    },
    dialog: {
      permission,
      onAllow: (which) =>
        void record(which, true).then(
          () => close(true),
          () => close(false),
        ),
      onRefuse: (which) =>
        void record(which, false).then(
          () => close(false),
          () => close(false),
        ),
    },
  };
}

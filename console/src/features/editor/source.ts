/**
 * Where the edited email lives. The editor knows nothing of templates and campaigns but this: it can be
 * loaded, saved under a version, and shown with its name.
 */
import type { ReactNode } from 'react';
import type { EmailSource } from './queries';

/** An email as it was loaded or saved. */
export interface Saved {
  source: EmailSource;
  version: number;
  /** RFC 3339. */
  at: string;
}

export interface DocumentPlace {
  kind: 'template' | 'campaign';
  id: string;
  name: string;
  saved: Saved;
  /** False if it can only be looked at, such as a launched campaign. */
  editable: boolean;
  /** Saves if the version is still this one. Throws a 412 otherwise. */
  save: (source: EmailSource, version: number) => Promise<Saved>;
  /** As it is on the server now. */
  reload: () => Promise<Saved>;
  /** Back to where one came from. */
  back: ReactNode;
  /** Buttons of the place's own, such as "use in a campaign". */
  actions?: ReactNode;
}

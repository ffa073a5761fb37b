/**
 * Builds a rule as a sentence: conditions of the server's catalogue in groups of all, any, none. It holds no
 * state: `root` and `onChange` belong to the screen, so that forms keep what was typed.
 */
import './rule-builder.css';
import { useQuery } from '@tanstack/react-query';
import type { KeyboardEvent } from 'react';
import { Loaded } from '../../ui/states';
import { GroupBox } from './group-box';
import type { Complaint, RuleGroup } from './model';
import { catalogueQuery } from './queries';

export interface RuleBuilderProps {
  root: RuleGroup;
  onChange: (root: RuleGroup) => void;
  /** What the server has against conditions, by their key (`complaintsByNode`). */
  complaints?: Map<string, Complaint[]>;
  /** True once gaps are to be pointed out, after an attempt to save. */
  strict?: boolean;
  /** The segment that the rule belongs to. */
  segment?: string;
}

const NONE = new Map<string, Complaint[]>();

/** Enter in a field chooses or ends what is typed; it must not send the form that the rule is part of. */
function keepEnter(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault();
}

export function RuleBuilder(props: RuleBuilderProps) {
  const { root, onChange, complaints = NONE, strict = false, segment } = props;
  const query = useQuery(catalogueQuery());
  return (
    <Loaded query={query}>
      {({ items }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps Enter in a field from sending the form around
        <div onKeyDown={keepEnter}>
          <GroupBox
            tree={{ root, onRoot: onChange, conditions: items, complaints, strict, segment }}
            group={root}
            depth={1}
          />
        </div>
      )}
    </Loaded>
  );
}

/**
 * Builds a rule as a sentence: conditions of the server's catalogue in groups of all, any, none. It holds no
 * state: `root` and `onChange` belong to the screen, so that forms keep what was typed.
 */
import './rule-builder.css';
import { useQuery } from '@tanstack/react-query';
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

export function RuleBuilder(props: RuleBuilderProps) {
  const { root, onChange, complaints = NONE, strict = false, segment } = props;
  const query = useQuery(catalogueQuery());
  return (
    <Loaded query={query}>
      {({ items }) => (
        <GroupBox
          tree={{ root, onRoot: onChange, conditions: items, complaints, strict, segment }}
          group={root}
          depth={1}
        />
      )}
    </Loaded>
  );
}

/** A figure that leads to the people behind it. */
import { number } from '../../lib/format';
import { PlaceLink } from '../../parts/links/links';
import type { Behind } from './queries';

export function FigureLink({
  id,
  value,
  label,
  ...behind
}: { id: string; value: number; label: string } & Behind) {
  if (value === 0) return <>{number(value)}</>;
  return (
    <PlaceLink
      to="/campaigns/$campaign/report/people"
      params={{ campaign: id }}
      search={{ ...behind }}
      inherit
      aria-label={`${label}: ${number(value)}`}
    >
      {number(value)}
    </PlaceLink>
  );
}

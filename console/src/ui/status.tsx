/** A state as a word with a colour; the word always says it too. */
import { Badge, type MantineColor } from '@mantine/core';

export type Tone = 'neutral' | 'busy' | 'good' | 'warning' | 'bad';

const COLORS: Record<Tone, MantineColor> = {
  neutral: 'gray',
  busy: 'indigo',
  good: 'teal',
  warning: 'yellow',
  bad: 'red',
};

export function Status({ tone, label }: { tone: Tone; label: string }) {
  return (
    <Badge color={COLORS[tone]} className="sp-status" data-tone={tone}>
      {label}
    </Badge>
  );
}

/** The checks of a launch, red before amber before green, each with the door to where it is mended. */
import { Anchor, Collapse, Group, List, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCheckWords } from '../../parts/campaign-words/check-words';
import { PlaceLink } from '../../parts/links/links';
import { isOfDesign, type Step, stepOf } from './model';
import type { LaunchCheck, Plan } from './queries';

const LOOKS = {
  error: { icon: IconCircleX, color: 'var(--sp-bad)' },
  warning: { icon: IconAlertTriangle, color: 'var(--sp-warning)' },
  fine: { icon: IconCircleCheck, color: 'var(--sp-good)' },
} as const;

interface Doors {
  id: string;
  goTo: (step: Step) => void;
}

/** Without a plan: nobody was chosen yet, and nothing else can be looked at. */
export function CheckList({ plan, ...doors }: { plan: Plan | undefined } & Doors) {
  const { t } = useTranslation('campaigns');
  const [open, { toggle }] = useDisclosure(false);
  const checks: LaunchCheck[] = plan?.checks ?? [
    { level: 'error', code: 'no_audience', message: t('review.noAudience') },
  ];
  const order = ['error', 'warning', 'fine'] as const;
  const [bad, fine] = [checks.filter((c) => c.level !== 'fine'), checks.filter((c) => c.level === 'fine')];
  bad.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  const errors = bad.filter((check) => check.level === 'error').length;
  return (
    <Stack gap="sm" role="status">
      <Text fz="sm" fw={500} c={errors > 0 ? 'var(--sp-bad)' : undefined}>
        {errors > 0
          ? t('review.errors', { count: errors })
          : bad.length > 0
            ? t('review.warnings', { count: bad.length })
            : t('review.allFine')}
      </Text>
      <Checks checks={bad} {...doors} />
      {fine.length > 0 && (
        <>
          <Anchor component="button" type="button" fz="sm" ta="start" aria-expanded={open} onClick={toggle}>
            {t('review.fine', { count: fine.length })}
          </Anchor>
          <Collapse expanded={open}>
            <Checks checks={fine} {...doors} />
          </Collapse>
        </>
      )}
    </Stack>
  );
}

function Checks({ checks, ...doors }: { checks: LaunchCheck[] } & Doors) {
  if (checks.length === 0) return null;
  return (
    <List
      listStyleType="none"
      spacing="xs"
      styles={{ itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }}
    >
      {checks.map((check, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two checks may say the same of two places
        <List.Item key={n}>
          <CheckLine check={check} {...doors} />
        </List.Item>
      ))}
    </List>
  );
}

function CheckLine({ check, id, goTo }: { check: LaunchCheck } & Doors) {
  const { t } = useTranslation('campaigns');
  const words = useCheckWords();
  const { icon: Icon, color } = LOOKS[check.level];
  const step = check.code === 'no_audience' ? 'audience' : stepOf(check);
  return (
    <Group wrap="nowrap" align="flex-start" gap="xs">
      <Icon
        size={18}
        color={color}
        role="img"
        aria-label={t(`level.${check.level}`)}
        style={{ flexShrink: 0, marginTop: 2 }}
      />
      <Text fz="sm" flex={1}>
        {words(check)}
        {check.line ? ` ${t('review.line', { line: check.line })}` : ''}
      </Text>
      {check.level !== 'fine' &&
        (isOfDesign(check) ? (
          <PlaceLink to="/campaigns/$campaign/content" params={{ campaign: id }} fz="sm">
            {t('review.mendDesign')}
          </PlaceLink>
        ) : (
          <Anchor
            component="button"
            type="button"
            fz="sm"
            onClick={() => goTo(step)}
            style={{ whiteSpace: 'nowrap' }}
          >
            {t('review.mend', { step: t(`step.${step}`) })}
          </Anchor>
        ))}
    </Group>
  );
}

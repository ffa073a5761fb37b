/** The launch: the exact number, a typed confirmation for large ones, and five seconds to take it back. */
import { Button, Card, Group, Modal, Progress, Stack, Text, Title } from '@mantine/core';
import { IconRocket } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { dateTime, number } from '../../lib/format';
import { useGo } from '../../parts/links/links';
import { ask, askTyped } from '../../ui/confirm';
import { useProblemText } from '../../ui/problem-text';
import { toastFailed } from '../../ui/toasts';
import { campaignQuery, LIST_KEY, launchCampaign, type Plan, planQuery, type Timing } from './queries';
import type { StepProps } from './wizard';

/** Beyond, the number has to be typed. */
const TYPE_ABOVE = 1_000;
const HOLD_MS = 5_000;
const TICK_MS = 100;

export function LaunchCard({ id, state, plan, planBusy, goTo }: StepProps) {
  const { t } = useTranslation('campaigns');
  const [held, setHeld] = useState<Plan>();
  const timing = state.draft.settings?.timing ?? { kind: 'now' };
  const isLater = timing.kind === 'at' && new Date(timing.at).getTime() > Date.now();
  const deed = isLater ? t('launch.schedule') : t('launch.now');
  const may = plan?.can_launch === true && state.save.kind === 'saved' && !planBusy;
  const launch = useLaunch(id, state.version);
  const confirm = (confirmed: Plan) => {
    const question = {
      title: isLater ? t('launch.askSchedule') : t('launch.askNow'),
      text: t('launch.askText', { count: confirmed.will_receive, shown: number(confirmed.will_receive) }),
      action: deed,
      onConfirm: () => setHeld(confirmed),
    };
    if (confirmed.will_receive > TYPE_ABOVE) askTyped({ ...question, word: String(confirmed.will_receive) });
    else ask(question);
  };
  return (
    <Card withBorder component="section" aria-label={t('launch.title')}>
      <Stack gap="sm">
        <Title order={2}>{t('launch.title')}</Title>
        <Group justify="space-between" align="baseline">
          <Text fz={28} fw={700} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {plan === undefined ? '—' : number(plan.will_receive)}
          </Text>
          <Text fz="sm" c="dimmed">
            {t('launch.recipients', { count: plan?.will_receive ?? 0 })}
          </Text>
        </Group>
        <Text fz="sm">
          <When timing={timing} />{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => goTo('timing')}>
            {t('launch.change')}
          </Button>
        </Text>
        <Button
          size="md"
          disabled={!may}
          leftSection={<IconRocket size={18} aria-hidden />}
          onClick={() => plan !== undefined && confirm(plan)}
        >
          {deed}
        </Button>
        {!may && (
          <Text fz="xs" c="dimmed">
            {planBusy ? t('launch.waits') : t('launch.blocked')}
          </Text>
        )}
      </Stack>
      <Hold
        plan={held}
        onUndo={() => setHeld(undefined)}
        onGo={(confirmed) => {
          setHeld(undefined);
          void launch(confirmed);
        }}
      />
    </Card>
  );
}

function When({ timing }: { timing: Timing }) {
  const { t } = useTranslation('campaigns');
  if (timing.kind === 'at') return t('launch.at', { time: dateTime(timing.at) });
  if (timing.kind === 'local_time') {
    return t('launch.local', { time: timing.at.replace('T', ' ').slice(0, 16) });
  }
  return t('launch.atOnce');
}

function useLaunch(id: string, version: number) {
  const { t } = useTranslation('campaigns');
  const words = useProblemText();
  const queries = useQueryClient();
  const go = useGo();
  return async (plan: Plan) => {
    try {
      await launchCampaign(id, plan.audience);
      await queries.invalidateQueries({ queryKey: campaignQuery(id).queryKey });
      void queries.invalidateQueries({ queryKey: LIST_KEY });
      go('/campaigns/$campaign', { campaign: id });
    } catch (error) {
      const problem = problemOf(error);
      // The audience may have changed since the plan: the new number must be seen and confirmed.
      toastFailed(error, problem.status === 409 ? t('launch.changed') : words(problem));
      void queries.invalidateQueries({ queryKey: planQuery(id, version).queryKey });
    }
  };
}

/** Counts down; the launch is asked for only when it ends. Closing, Esc and leaving the page take it back. */
function Hold(props: { plan: Plan | undefined; onUndo: () => void; onGo: (plan: Plan) => void }) {
  const { plan, onUndo, onGo } = props;
  const { t } = useTranslation('campaigns');
  const [left, setLeft] = useState(HOLD_MS);
  const go = useRef(onGo);
  go.current = onGo;
  useEffect(() => {
    if (plan === undefined) return;
    const begun = performance.now();
    setLeft(HOLD_MS);
    const timer = setInterval(() => {
      const rest = HOLD_MS - (performance.now() - begun);
      setLeft(Math.max(0, rest));
      if (rest > 0) return;
      clearInterval(timer);
      go.current(plan);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [plan]);
  const seconds = Math.ceil(left / 1000);
  return (
    <Modal
      opened={plan !== undefined}
      onClose={onUndo}
      withCloseButton={false}
      closeOnClickOutside={false}
      title={t('launch.holdTitle')}
    >
      <Stack>
        <Text fz="sm" role="status">
          {t('launch.hold', { count: seconds })}
        </Text>
        <Progress
          value={(100 * left) / HOLD_MS}
          transitionDuration={TICK_MS}
          aria-label={t('launch.holdTitle')}
        />
        <Button data-autofocus variant="default" onClick={onUndo}>
          {t('common:undo')}
        </Button>
      </Stack>
    </Modal>
  );
}

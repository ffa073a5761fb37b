/** When a campaign goes out, and how fast. */
import { Alert, Card, NumberInput, Radio, Stack, Switch, Text, Title } from '@mantine/core';
import { IconMoon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dateTime, ownTime, zone } from '../../lib/format';
import { storeQuery } from '../../lib/session';
import { instantOf, wallTime } from '../../lib/wall-time';
import { PlaceLink } from '../../parts/links/links';
import { MomentPicker } from '../../ui/moment-picker';
import type { Timing } from './queries';
import type { StepProps } from './wizard';

const HOUR_MS = 3_600_000;
const THROTTLE_MAX = 100_000;

export function TimingStep({ state }: StepProps) {
  const { t } = useTranslation('campaigns');
  const { settings = {} } = state.draft;
  const timing = settings.timing ?? { kind: 'now' };
  const setTiming = (next: Timing) => state.setSettings({ timing: next });
  return (
    <Stack maw={760}>
      <Card withBorder>
        <Stack>
          <Title order={2}>{t('timing.when')}</Title>
          <Radio.Group
            aria-label={t('timing.when')}
            value={timing.kind}
            onChange={(kind) => setTiming(firstTiming(kind as Timing['kind']))}
          >
            <Stack gap="sm">
              {(['now', 'at', 'local_time'] as const).map((kind) => (
                <Radio
                  key={kind}
                  value={kind}
                  label={t(`timing.${kind}`)}
                  description={t(`timing.${kind}Help`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          {timing.kind === 'at' && <AtTime at={timing.at} onChange={(at) => setTiming({ kind: 'at', at })} />}
          {timing.kind === 'local_time' && <LocalTime timing={timing} onChange={setTiming} />}
        </Stack>
      </Card>
      <QuietHours />
      <Card withBorder>
        <Stack>
          <Title order={2}>{t('timing.speed')}</Title>
          <NumberInput
            label={t('timing.throttle')}
            description={t('timing.throttleHelp')}
            placeholder={t('timing.noLimit')}
            w={280}
            min={1}
            max={THROTTLE_MAX}
            allowDecimal={false}
            thousandSeparator=","
            value={settings.throttle_per_second || ''}
            onChange={(value) => state.setSettings({ throttle_per_second: value === '' ? 0 : Number(value) })}
          />
        </Stack>
      </Card>
    </Stack>
  );
}

/** The next full hour but one: near, and still time to review. */
function soon(): number {
  return Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
}

function firstTiming(kind: Timing['kind']): Timing {
  if (kind === 'at') return { kind, at: new Date(soon()).toISOString() };
  if (kind === 'local_time') {
    const tomorrow = wallTime(Date.now() + 24 * HOUR_MS, zone()).slice(0, 10);
    return { kind, at: `${tomorrow}T10:00:00`, late_at_once: false };
  }
  return { kind: 'now' };
}

function AtTime({ at, onChange }: { at: string; onChange: (at: string) => void }) {
  const { t } = useTranslation('campaigns');
  const own = ownTime(at);
  const isPast = new Date(at).getTime() < Date.now();
  return (
    <MomentPicker
      label={t('timing.atLabel', { zone: zone() })}
      description={
        own === undefined ? dateTime(at) : `${dateTime(at)} · ${t('common:yourTime', { time: own })}`
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={wallTime(at, zone())}
      minDate={wallTime(Date.now(), zone()).slice(0, 10)}
      w={280}
      error={isPast ? t('timing.past') : undefined}
      onChange={(wall) => wall !== null && onChange(instantOf(wall, zone()))}
    />
  );
}

function LocalTime(props: {
  timing: Extract<Timing, { kind: 'local_time' }>;
  onChange: (timing: Timing) => void;
}) {
  const { timing, onChange } = props;
  const { t } = useTranslation('campaigns');
  return (
    <>
      <MomentPicker
        label={t('timing.localLabel')}
        value={timing.at.replace('T', ' ')}
        w={280}
        onChange={(wall) => wall !== null && onChange({ ...timing, at: wall.replace(' ', 'T') })}
      />
      <Switch
        label={t('timing.lateAtOnce')}
        description={timing.late_at_once ? t('timing.lateAtOnceOn') : t('timing.lateAtOnceOff')}
        checked={timing.late_at_once ?? false}
        onChange={(event) => onChange({ ...timing, late_at_once: event.currentTarget.checked })}
      />
    </>
  );
}

function QuietHours() {
  const { t } = useTranslation('campaigns');
  const { data } = useQuery(storeQuery());
  const quiet = data?.settings.quiet_hours;
  const cap = data?.settings.frequency_cap;
  if (!quiet && !cap) return null;
  return (
    <Alert color="indigo" icon={<IconMoon aria-hidden />} title={t('timing.rulesTitle')}>
      <Stack gap={4}>
        {quiet && <Text fz="sm">{t('timing.quiet', { from: quiet.from, to: quiet.to })}</Text>}
        {cap && <Text fz="sm">{t('timing.cap', { messages: cap.messages, count: cap.days })}</Text>}
        <PlaceLink to="/settings/store" params={{}} fz="sm">
          {t('timing.toSettings')}
        </PlaceLink>
      </Stack>
    </Alert>
  );
}

/** The bar on top: where one is, whether it is saved, undo, views, problems, and what to do next. */
import { ActionIcon, Button, Group, SegmentedControl, Text, Title, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDeviceDesktop,
  IconDeviceMobile,
  IconEye,
  IconHistory,
  IconSend,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { timeOfDay } from '../../lib/format';
import { Status } from '../../ui/status';
import { useEditor } from './editor-state';
import { ProblemsButton } from './problems-panel';
import type { DocumentPlace } from './source';
import type { SaveState } from './use-autosave';
import type { Located } from './use-problems';

export type Dialog = 'preview' | 'versions' | 'test';

export interface TopBarProps {
  place: DocumentPlace;
  save: SaveState;
  problems: Located[];
  onProblem: (problem: Located) => void;
  phone: boolean;
  onPhone: (phone: boolean) => void;
  onOpen: (dialog: Dialog) => void;
}

export function TopBar(props: TopBarProps) {
  const { place, save, problems, onProblem, phone, onPhone, onOpen } = props;
  const { t } = useTranslation('editor');
  const { undo, redo } = useEditor();
  return (
    <Group justify="space-between" gap="xs" px="md" py={8} className="sp-editor-bar" wrap="wrap">
      <Group gap="sm" wrap="nowrap" miw={0}>
        {place.back}
        <Title order={1} fz="md" lineClamp={1}>
          {place.name}
        </Title>
        <SaveNote state={save} editable={place.editable} />
      </Group>
      <Group gap={6}>
        <Tool label={t('top.undo')} icon={<IconArrowBackUp size={18} />} act={undo} />
        <Tool label={t('top.redo')} icon={<IconArrowForwardUp size={18} />} act={redo} />
        <SegmentedControl
          size="xs"
          aria-label={t('top.width')}
          value={phone ? 'phone' : 'desktop'}
          onChange={(value) => onPhone(value === 'phone')}
          data={[
            {
              value: 'desktop',
              label: (
                <IconDeviceDesktop
                  size={16}
                  role="img"
                  style={{ display: 'block', margin: '3px 0' }}
                  aria-label={t('preview.desktop')}
                />
              ),
            },
            {
              value: 'phone',
              label: (
                <IconDeviceMobile
                  size={16}
                  role="img"
                  style={{ display: 'block', margin: '3px 0' }}
                  aria-label={t('preview.phone')}
                />
              ),
            },
          ]}
        />
        <ProblemsButton problems={problems} onGo={onProblem} />
        {place.kind === 'template' && (
          <Tool label={t('versions.title')} icon={<IconHistory size={18} />} act={() => onOpen('versions')} />
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconEye size={16} aria-hidden />}
          onClick={() => onOpen('preview')}
        >
          {t('preview.title')}
        </Button>
        {place.kind === 'campaign' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconSend size={16} aria-hidden />}
            onClick={() => onOpen('test')}
          >
            {t('test.title')}
          </Button>
        )}
        {place.actions}
      </Group>
    </Group>
  );
}

function Tool({ label, icon, act }: { label: string; icon: ReactNode; act: (() => void) | undefined }) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={30} aria-label={label} disabled={act === undefined} onClick={act}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function SaveNote({ state, editable }: { state: SaveState; editable: boolean }) {
  const { t } = useTranslation('editor');
  if (!editable) return <Status tone="neutral" label={t('save.readOnly')} />;
  if (state.kind === 'refused' || state.kind === 'failed') {
    return (
      <Tooltip label={state.problem.detail} multiline maw={360} disabled={state.problem.detail === ''}>
        <span role="status">
          <Status tone={state.kind === 'failed' ? 'bad' : 'warning'} label={t(`save.${state.kind}`)} />
        </span>
      </Tooltip>
    );
  }
  const words =
    state.kind === 'saved'
      ? t('save.saved', { time: timeOfDay(Date.parse(state.at)) })
      : t(`save.${state.kind}`);
  return (
    <Text fz="xs" c="dimmed" role="status" style={{ whiteSpace: 'nowrap' }}>
      {words}
    </Text>
  );
}

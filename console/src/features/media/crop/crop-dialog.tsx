/** Cuts a part out of a picture, by mouse or by keyboard. The server does the cutting, as a new item. */
import { Button, Group, Modal, NumberInput, Select, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../../api/problem';
import { cropMedia, type Media, mediaKey } from '../../../parts/media-picker/queries';
import { useProblemText } from '../../../ui/problem-text';
import { toastDone } from '../../../ui/toasts';
import { CropArea } from './crop-area';
import { fitted, largest, type Part, RATIOS, type Ratio, ratioOf, resized } from './crop-model';

/** Widths emails often need, in pixels. */
const RESIZE_MAX = 4000;
const RATIO_NAMES: Ratio[] = ['free', 'own', ...(Object.keys(RATIOS) as (keyof typeof RATIOS)[])];

export function CropDialog(props: { media: Media; onClose: () => void; onDone: (made: Media) => void }) {
  const { media, onClose, onDone } = props;
  const { t } = useTranslation('media');
  const words = useProblemText();
  const queries = useQueryClient();
  const whole = { width: media.width ?? 1, height: media.height ?? 1 };
  const [ratio, setRatio] = useState<Ratio>('free');
  const [part, setPart] = useState<Part>(() => largest(whole));
  const [width, setWidth] = useState<number | string>('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const fixed = ratioOf(ratio, whole);
  const choose = (next: Ratio) => {
    setRatio(next);
    setPart(largest(whole, ratioOf(next, whole)));
  };
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const made = await cropMedia(media.id, {
        ...part,
        resize_width: typeof width === 'number' ? width : null,
      });
      await queries.invalidateQueries({ queryKey: mediaKey });
      toastDone(t('crop.done', { name: made.name }));
      onClose();
      onDone(made);
    } catch (failure) {
      const problem = problemOf(failure);
      setError(problem.errors?.[0]?.detail ?? words(problem));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t('crop.title')} size="xl">
      <Stack>
        <CropArea media={media} whole={whole} part={part} ratio={fixed} onChange={setPart} />
        <Text fz="xs" c="dimmed">
          {t('crop.keys')}
        </Text>
        <Group align="end" gap="xs">
          <Select
            size="xs"
            w={150}
            label={t('crop.ratio')}
            data={RATIO_NAMES.map((value) => ({ value, label: t(`crop.ratios.${value}`) }))}
            value={ratio}
            allowDeselect={false}
            onChange={(next) => next !== null && choose(next as Ratio)}
          />
          <Numbers part={part} whole={whole} ratio={fixed} onChange={setPart} />
          <NumberInput
            size="xs"
            w={130}
            label={t('crop.resize')}
            placeholder={String(part.width)}
            min={1}
            max={RESIZE_MAX}
            allowDecimal={false}
            value={width}
            onChange={setWidth}
          />
        </Group>
        {error !== undefined && (
          <Text fz="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button loading={busy} onClick={() => void submit()}>
            {t('crop.cut')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface NumbersProps {
  part: Part;
  whole: { width: number; height: number };
  ratio: number | undefined;
  onChange: (part: Part) => void;
}

function Numbers({ part, whole, ratio, onChange }: NumbersProps) {
  const { t } = useTranslation('media');
  const set = {
    x: (x: number) => fitted({ ...part, x }, whole),
    y: (y: number) => fitted({ ...part, y }, whole),
    width: (width: number) => resized(part, { width }, whole, ratio),
    height: (height: number) => resized(part, { height }, whole, ratio),
  };
  return (Object.keys(set) as (keyof Part)[]).map((side) => (
    <NumberInput
      key={side}
      size="xs"
      w={90}
      label={t(`crop.${side}`)}
      min={side === 'x' || side === 'y' ? 0 : 1}
      allowDecimal={false}
      value={part[side]}
      onChange={(value) => typeof value === 'number' && onChange(set[side](value))}
    />
  ));
}

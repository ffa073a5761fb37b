/** The address of a picture: chosen from the media library, or typed. */
import { Button, Group, Image, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPhoto } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { TagInput } from '../merge-tags/tag-input';

const MediaPicker = lazy(() => import('./media-picker'));

export interface MediaFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Gets the alternative text of what was chosen. */
  onAlt?: (alt: string) => void;
  error?: string;
  required?: boolean;
  /** An address only, no variable; in the size of forms. */
  plain?: boolean;
}

export function MediaField({ onAlt, plain = false, ...props }: MediaFieldProps) {
  const { value, onChange } = props;
  const { t } = useTranslation('media');
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <Stack gap={6}>
      {plain ? (
        <TextInput
          {...props}
          placeholder="https://"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <TagInput {...props} size="xs" placeholder="https://" />
      )}
      <Group gap="xs" wrap="nowrap">
        {/^https?:/.test(value) && <Image src={value} alt="" h={48} w={72} fit="contain" radius="sm" />}
        <Button size="xs" variant="default" leftSection={<IconPhoto size={14} aria-hidden />} onClick={open}>
          {t('picker.open')}
        </Button>
      </Group>
      <Suspense fallback={null}>
        {opened && (
          <MediaPicker
            opened
            onClose={close}
            onPick={({ url, alt }) => {
              if (url == null) return;
              onChange(url);
              if (alt !== '') onAlt?.(alt);
            }}
          />
        )}
      </Suspense>
    </Stack>
  );
}

/** The form of the brand kit beside its sample. */
import {
  Alert,
  Button,
  Card,
  ColorInput,
  Grid,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../../api/problem';
import { storeQuery } from '../../lib/session';
import { type Brand, FONTS } from '../../parts/email-document/brand';
import { MediaField } from '../../parts/media-picker/media-field';
import { useProblemText } from '../../ui/problem-text';
import { toastDone } from '../../ui/toasts';
import { saveBrand } from './queries';
import { Sample } from './sample';
import { Socials } from './socials';

const COLORS = [
  'color',
  'text_color',
  'background',
  'link_color',
  'button_background',
  'button_color',
] as const;
const RADIUS_MAX = 40;
const FOOTER_MAX = 2000;

type Errors = Record<string, string>;

export function BrandForm({ saved }: { saved: Brand }) {
  const { t } = useTranslation('brand');
  const words = useProblemText();
  const queries = useQueryClient();
  const [brand, setBrand] = useState<Brand>(saved);
  const [errors, setErrors] = useState<Errors>({});
  const [refusal, setRefusal] = useState<string>();
  const [busy, setBusy] = useState(false);
  const put = (changes: Brand) => setBrand((now) => ({ ...now, ...changes }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setErrors({});
    setRefusal(undefined);
    try {
      await saveBrand(brand);
      await queries.invalidateQueries({ queryKey: storeQuery().queryKey });
      toastDone(t('done'));
    } catch (error) {
      const problem = problemOf(error);
      const fields = (problem.errors ?? []).map(({ pointer, detail }) => [
        pointer.replace('/brand/', ''),
        detail,
      ]);
      setErrors(Object.fromEntries(fields));
      if (fields.length === 0) setRefusal(words(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <form onSubmit={submit} noValidate>
          <Stack>
            {refusal !== undefined && (
              <Alert color="red" role="alert">
                {refusal}
              </Alert>
            )}
            <Identity brand={brand} errors={errors} put={put} />
            <Look brand={brand} errors={errors} put={put} />
            <Foot brand={brand} errors={errors} put={put} />
            <Group>
              <Button type="submit" loading={busy}>
                {t('save')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <Sample brand={brand} />
      </Grid.Col>
    </Grid>
  );
}

interface SectionProps {
  brand: Brand;
  errors: Errors;
  put: (changes: Brand) => void;
}

function Identity({ brand, errors, put }: SectionProps) {
  const { t } = useTranslation('brand');
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Title order={2}>{t('identity')}</Title>
        <MediaField
          plain
          label={t('field.logo_url')}
          value={brand.logo_url ?? ''}
          error={errors['logo_url']}
          onChange={(logo) => put({ logo_url: logo || null })}
        />
        <TextInput
          label={t('field.website_url')}
          placeholder="https://"
          value={brand.website_url ?? ''}
          error={errors['website_url']}
          onChange={(event) => put({ website_url: event.currentTarget.value || null })}
        />
      </Stack>
    </Card>
  );
}

function Look({ brand, errors, put }: SectionProps) {
  const { t } = useTranslation('brand');
  const fonts = brand.font && !FONTS.includes(brand.font) ? [brand.font, ...FONTS] : FONTS;
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Title order={2}>{t('look')}</Title>
        <Text fz="sm" c="dimmed">
          {t('lookHelp')}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {COLORS.map((field) => (
            <ColorInput
              key={field}
              label={t(`field.${field}`)}
              format="hex"
              placeholder={t('asUsual')}
              value={brand[field] ?? ''}
              error={errors[field]}
              eyeDropperButtonProps={{ 'aria-label': t('eyeDropper') }}
              onChange={(color) => put({ [field]: color || null })}
            />
          ))}
          <Select
            label={t('field.font')}
            data={fonts.map((value) => ({ value, label: value.split(',')[0] ?? value }))}
            placeholder={t('asUsual')}
            clearable
            value={brand.font ?? null}
            error={errors['font']}
            onChange={(font) => put({ font })}
          />
          <NumberInput
            label={t('field.button_radius')}
            suffix=" px"
            min={0}
            max={RADIUS_MAX}
            placeholder={t('asUsual')}
            value={brand.button_radius ?? ''}
            error={errors['button_radius']}
            onChange={(radius) => put({ button_radius: typeof radius === 'number' ? radius : null })}
          />
        </SimpleGrid>
      </Stack>
    </Card>
  );
}

function Foot({ brand, errors, put }: SectionProps) {
  const { t } = useTranslation('brand');
  return (
    <Card withBorder>
      <Stack gap="sm">
        <Title order={2}>{t('foot')}</Title>
        <Socials links={brand.socials ?? []} errors={errors} onChange={(socials) => put({ socials })} />
        <Textarea
          label={t('field.footer_text')}
          description={t('footerHelp')}
          autosize
          minRows={2}
          maxLength={FOOTER_MAX}
          value={brand.footer_text ?? ''}
          error={errors['footer_text']}
          onChange={(event) => put({ footer_text: event.currentTarget.value || null })}
        />
      </Stack>
    </Card>
  );
}

/** Fields whose values are chosen from what the store has: custom attributes, campaigns, imports. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dateTime } from '../../lib/format';
import { selectText } from '../../ui/select-text';
import { attributesQuery, campaignChoiceQuery, campaignQuery, importChoiceQuery } from './queries';

export interface ChoiceProps {
  label: string;
  value: string | undefined;
  error: boolean;
  onChange: (value: string | undefined) => void;
}

function Chooser(
  props: ChoiceProps & { data: { value: string; label: string }[]; nothing: string; w: number },
) {
  const { label, value, error, onChange, data, nothing, w } = props;
  const known = value === undefined || data.some((d) => d.value === value);
  return (
    <Select
      size="sm"
      w={w}
      aria-label={label}
      placeholder={label}
      data={known || value === undefined ? data : [{ value, label: value }, ...data]}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      error={error}
      searchable
      selectFirstOptionOnChange
      {...selectText}
      limit={100}
      allowDeselect={false}
      nothingFoundMessage={nothing}
    />
  );
}

export function AttributeChoice(props: ChoiceProps) {
  const { t } = useTranslation('rules');
  const { data } = useQuery(attributesQuery());
  const options = (data?.items ?? []).map((a) => ({ value: a.name, label: a.label }));
  return <Chooser {...props} data={options} nothing={t('nothing.attribute')} w={170} />;
}

export function CampaignChoice(props: ChoiceProps) {
  const { t } = useTranslation('rules');
  const { data } = useQuery(campaignChoiceQuery());
  const listed = (data?.items ?? []).map((c) => ({ value: c.id as string, label: c.name }));
  const chosen = props.value;
  const missing = chosen !== undefined && data !== undefined && !listed.some((c) => c.value === chosen);
  const extra = useQuery({ ...campaignQuery(chosen ?? ''), enabled: missing });
  const options =
    extra.data === undefined
      ? listed
      : [{ value: extra.data.id as string, label: extra.data.name }, ...listed];
  return <Chooser {...props} data={options} nothing={t('nothing.campaign')} w={240} />;
}

export function ImportChoice(props: ChoiceProps) {
  const { t } = useTranslation('rules');
  const { data } = useQuery(importChoiceQuery());
  const options = (data?.items ?? []).map((i) => ({
    value: i.id as string,
    label: `${i.file_name} · ${dateTime(i.created_at)}`,
  }));
  return <Chooser {...props} data={options} nothing={t('nothing.import')} w={320} />;
}

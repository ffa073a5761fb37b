/** Adds a condition: all of the catalogue by topic, with a search; or a group. */
import { Button, Combobox, ScrollArea, Text, useCombobox } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { byTopic, type Condition } from './catalogue';
import { useRuleWords } from './words';

export function ConditionMenu(props: { conditions: Condition[]; onPick: (condition: Condition) => void }) {
  const { conditions, onPick } = props;
  const { t } = useTranslation('rules');
  const words = useRuleWords();
  const [search, setSearch] = useState('');
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setSearch('');
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  // Enter takes the first that fits.
  useEffect(() => {
    if (search.trim() !== '') combobox.selectFirstOption();
  }, [search, combobox.selectFirstOption]);
  const wanted = search.trim().toLowerCase();
  const topics = byTopic(conditions)
    .map(({ topic, conditions: list }) => ({
      topic,
      list: list.filter((c) => `${words.condition(c)} ${c.title} ${c.id}`.toLowerCase().includes(wanted)),
    }))
    .filter(({ list }) => list.length > 0);
  const pick = (id: string) => {
    const found = conditions.find((c) => c.id === id);
    combobox.closeDropdown();
    if (found !== undefined) onPick(found);
  };
  return (
    <Combobox store={combobox} width={320} position="bottom-start" onOptionSubmit={pick}>
      <Combobox.Target withAriaAttributes={false}>
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => combobox.toggleDropdown()}
          aria-expanded={combobox.dropdownOpened}
          aria-haspopup="listbox"
        >
          {t('addCondition')}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
          placeholder={t('searchConditions')}
          aria-label={t('searchConditions')}
        />
        <Combobox.Options aria-label={t('addCondition')}>
          <ScrollArea.Autosize mah={340} type="auto">
            {topics.length === 0 && <Combobox.Empty>{t('nothing.condition')}</Combobox.Empty>}
            {topics.map(({ topic, list }) => (
              <Combobox.Group key={topic} label={words.topic(topic)}>
                {list.map((condition) => (
                  <Combobox.Option key={condition.id} value={condition.id}>
                    <Text fz="sm">{words.condition(condition)}</Text>
                  </Combobox.Option>
                ))}
              </Combobox.Group>
            ))}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

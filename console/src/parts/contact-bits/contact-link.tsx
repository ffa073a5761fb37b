/** A contact's name that leads to its page, with the address below. */
import { Anchor, Stack, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { contactAddress, contactName } from '../audience-pickers';
import type { Contact } from '../audience-pickers/queries';

export function ContactLink({ contact, plain = false }: { contact: Contact; plain?: boolean }) {
  const { store } = useParams({ from: '/s/$store' });
  const address = plain ? '' : contactAddress(contact);
  return (
    <Stack gap={0} miw={0}>
      <Anchor
        fz="sm"
        fw={500}
        c="inherit"
        truncate
        renderRoot={(props) => (
          <Link to="/s/$store/contacts/$contact" params={{ store, contact: contact.id }} {...props} />
        )}
      >
        {contactName(contact)}
      </Anchor>
      {address !== '' && (
        <Text fz="xs" c="dimmed" truncate>
          {address}
        </Text>
      )}
    </Stack>
  );
}

/** What to call a contact. */
import type { Contact } from './queries';

type Named = Pick<Contact, 'id'> & Partial<Pick<Contact, 'first_name' | 'last_name' | 'email' | 'phone'>>;

/** First and last name; undefined if neither is known. */
export function fullName(contact: Named): string | undefined {
  const parts = [contact.first_name, contact.last_name].filter((part) => part);
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/** Name, else e-mail address, else phone number, else id. */
export function contactName(contact: Named): string {
  return fullName(contact) ?? contact.email ?? contact.phone ?? contact.id;
}

/** The address beside the name: e-mail, else phone; empty if it is the name already. */
export function contactAddress(contact: Named): string {
  if (fullName(contact) === undefined) return '';
  return contact.email ?? contact.phone ?? '';
}

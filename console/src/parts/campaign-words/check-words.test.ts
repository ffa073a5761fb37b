import { expect, test } from 'vitest';
import { specifics } from './check-words';

test.each([
  [
    'no_fallback',
    "contact.first_name is empty for some: write {{ contact.first_name | default: '…' }}.",
    'contact.first_name',
  ],
  ['unknown_variable', 'There is no variable contact.fist_name: it will be empty.', 'contact.fist_name'],
  ['size', 'The HTML has 130 KiB; Gmail cuts messages at 102 KiB.', '130'],
  ['link_insecure', 'The link to shop.example is not https.', 'shop.example'],
  [
    'sender_domain',
    'shop.example is not set up as a sender domain; mail goes out unsigned unless the relay signs it.',
    'shop.example',
  ],
  ['unknown_tag', 'No contact has the tag vip of May; is it spelt right?', 'vip of May'],
  ['links', '10 links, none suspicious.', '10'],
  ['nobody', 'Nobody of the audience may be written to.', ''],
])('of %s: %s', (code, message, what) => {
  expect(specifics({ code, message })).toBe(what);
});

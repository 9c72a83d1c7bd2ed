// Step 1 of resolving a record: the spellings of one mailbox become one string.
import { domainToASCII } from 'node:url';
import { emailCharactersMax, emailLocalPartCharactersMax } from './limits.ts';

/** Domains that are another name for the same mailboxes. Source: Gmail Help, "Getting messages sent to a dotted version / googlemail.com". */
const domainAliases: ReadonlyMap<string, string> = new Map([['googlemail.com', 'gmail.com']]);

/** Where dots in the local part mean nothing. Source: Gmail Help, "Dots don't matter in Gmail addresses". */
const dotlessDomains: ReadonlySet<string> = new Set(['gmail.com']);

/**
 * Providers whose own help pages define `name+tag` as a second address of `name`: Gmail, Fastmail, Proton Mail. Others (Outlook.com) deliver
 * such mail too without saying so; anywhere not listed a plus sign is an ordinary character, and two such addresses may be two people.
 */
const plusTagDomains: ReadonlySet<string> = new Set(['gmail.com', 'fastmail.com', 'fastmail.fm', 'proton.me', 'protonmail.com', 'pm.me']);

/** RFC 6531 allows any character beyond ASCII; marks are the vowel signs of Hindi, Thai and others, which follow a letter. */
const localPartPattern = /^(?!\p{M})[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(?:\.(?!\p{M})[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const asciiDomainPattern = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** `local@domain` in lower case with an ASCII domain, or null where the text is no address (quoted local parts are not supported). */
export function normaliseEmail(text: string): string | null {
  if (text.length > 2 * emailCharactersMax) return null;
  const address = text.trim().toLowerCase().normalize('NFC');
  const at = address.lastIndexOf('@');
  if (at < 1 || address.length > emailCharactersMax) return null;
  const domain = normaliseDomain(address.slice(at + 1));
  const localPart = address.slice(0, at);
  if (domain === null || localPart.length > emailLocalPartCharactersMax || !localPartPattern.test(localPart)) return null;
  const mailbox = normaliseLocalPart(localPart, domain);
  return mailbox === '' ? null : `${mailbox}@${domain}`;
}

function normaliseLocalPart(localPart: string, domain: string): string {
  const untagged = plusTagDomains.has(domain) ? localPart.replace(/\+.*$/, '') : localPart;
  return dotlessDomains.has(domain) ? untagged.replaceAll('.', '') : untagged;
}

function normaliseDomain(text: string): string | null {
  const written = text.endsWith('.') ? text.slice(0, -1) : text;
  // domainToASCII reads a URL's host: it would also take `%65xample.com` or stop at a slash, so only letters, digits, dots and hyphens get there.
  if (!/^[\p{L}\p{N}\p{M}.。．｡-]+$/u.test(written)) return null;
  const ascii = /^[a-z0-9.-]+$/.test(written) ? written : domainToASCII(written);
  if (!asciiDomainPattern.test(ascii)) return null;
  return domainAliases.get(ascii) ?? ascii;
}

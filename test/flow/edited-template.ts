// The shipped templates with a change made to their text, as a user would make it in an editor.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TemplateOption } from '../../emulator/airlock.ts';

const pathOf = (name: string) => fileURLToPath(new URL(`../../infra/${name}.yaml`, import.meta.url));

/** Both templates, with `from` replaced by `to` in one of them. Fails where `from` is not there, so that an edit can't miss. */
export function editedTemplates(name: 'partner' | 'customer', from: string | RegExp, to: string): TemplateOption[] {
  return (['partner', 'customer'] as const).map((each) => {
    const path = pathOf(each);
    if (each !== name) return path;
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${name}.yaml has no ${from}`);
    return { path, text: changed };
  });
}

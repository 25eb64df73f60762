import { prefs } from '../lib/shell/prefs.svelte'

/** A title that a publisher gave in some languages, in the reader's; else the first there is. */
export function titleOf(title: Record<string, string>): string {
  return title[prefs.tag] ?? title.ja ?? Object.values(title)[0] ?? ''
}

/** A value of a document or of a change, as a table shows it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

import { prefs } from '../lib/shell/prefs.svelte'

/** A text that a shop keeps in several languages, in the reader's; the Japanese one is always there. */
export function textIn(texts: { ja: string; en?: string; zh?: string; ko?: string }): string {
  const language = prefs.language === 'easy' ? 'ja' : prefs.language
  return texts[language] || texts.ja
}

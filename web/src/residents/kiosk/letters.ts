import type { Language } from '../../lib/i18n/languages'

const KANA = [
  ['あ', 'か', 'さ', 'た', 'な', 'は', 'ま', 'や', 'ら', 'わ'],
  ['い', 'き', 'し', 'ち', 'に', 'ひ', 'み', 'ゆ', 'り', 'を'],
  ['う', 'く', 'す', 'つ', 'ぬ', 'ふ', 'む', 'よ', 'る', 'ん'],
  ['え', 'け', 'せ', 'て', 'ね', 'へ', 'め', 'っ', 'れ', 'ー'],
  ['お', 'こ', 'そ', 'と', 'の', 'ほ', 'も', 'ゃ', 'ろ', '゛'],
  ['ゅ', 'ょ', '゜'],
]
const LATIN = ['ABCDEFGHIJ', 'KLMNOPQRST', 'UVWXYZ-', '0123456789'].map((row) => [...row])

export type Alphabet = 'kana' | 'latin'

export const alphabetOf = (language: Language): Alphabet => (language === 'ja' || language === 'easy' ? 'kana' : 'latin')

export const rowsOf = (alphabet: Alphabet): string[][] => (alphabet === 'kana' ? KANA : LATIN)

/** What was typed so far with one more key: voice marks join the kana before them. */
export function typed(before: string, key: string): string {
  const mark = { '゛': '\u3099', '゜': '\u309a' }[key]
  if (!mark) return before + key
  const joined = (before + mark).normalize('NFC')
  return joined.length === before.length ? joined : before // a kana that takes no mark stays as it is
}

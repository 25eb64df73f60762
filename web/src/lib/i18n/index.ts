import { en } from './en'
import { ja, type Messages } from './ja'
import { ko } from './ko'
import { zh } from './zh'

export type Language = 'ja' | 'en' | 'zh' | 'ko'
export type { Messages }

/** Every catalogue has the type of the Japanese one: a missing text is a type error and fails the build. */
export const catalogues: Record<Language, Messages> = { ja, en, zh, ko }
export const languageNames: Record<Language, string> = { ja: '日本語', en: 'English', zh: '中文', ko: '한국어' }

export function isLanguage(value: string | null): value is Language {
  return value !== null && value in catalogues
}

/** The language of the link, of the last visit, of the browser, else Japanese. */
export function firstLanguage(fromLink: string | null): Language {
  const wished = [fromLink, localStorage.getItem('lang'), ...navigator.languages.map((l) => l.slice(0, 2))]
  return wished.find(isLanguage) ?? 'ja'
}

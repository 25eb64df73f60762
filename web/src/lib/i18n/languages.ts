/** `easy` is plain Japanese (やさしい日本語): short sentences, few kanji, no honorifics. */
export const languageNames = {
  ja: '日本語',
  easy: 'やさしい日本語',
  en: 'English',
  zh: '中文',
  ko: '한국어',
} as const

export type Language = keyof typeof languageNames

export function isLanguage(value: string | null): value is Language {
  return value !== null && value in languageNames
}

/** The tag of the document, of dates, and of what the API is asked: plain Japanese is Japanese. */
export function tagOf(language: Language): 'ja' | 'en' | 'zh' | 'ko' {
  return language === 'easy' ? 'ja' : language
}

/** The language of the link, of the last visit, of the browser, else Japanese. */
export function firstLanguage(fromLink: string | null, last: string | null): Language {
  const wished = [fromLink, last, ...navigator.languages.map((l) => l.slice(0, 2))]
  return wished.find(isLanguage) ?? 'ja'
}

import { Words } from '../i18n/words.svelte'
import type { TalkWords } from './i18n/ja'

/** What riders and supervisors say to each other most often, and the words around it. */
export const words = new Words<TalkWords>({
  ja: () => import('./i18n/ja'),
  easy: () => import('./i18n/easy'),
  en: () => import('./i18n/en'),
  zh: () => import('./i18n/zh'),
  ko: () => import('./i18n/ko'),
})

import { Words } from '../lib/i18n/words.svelte'
import type { FeedWords } from './i18n/ja'

/** What the publishers' page says. */
export const words = new Words<FeedWords>({
  ja: () => import('./i18n/ja'),
  easy: () => import('./i18n/easy'),
  en: () => import('./i18n/en'),
  zh: () => import('./i18n/zh'),
  ko: () => import('./i18n/ko'),
})

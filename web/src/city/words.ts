import { Words } from '../lib/i18n/words.svelte'
import type { CityWords } from './i18n/ja'

/** What the city's page says. */
export const words = new Words<CityWords>({
  ja: () => import('./i18n/ja'),
  easy: () => import('./i18n/easy'),
  en: () => import('./i18n/en'),
  zh: () => import('./i18n/zh'),
  ko: () => import('./i18n/ko'),
})

import { Words } from '../../lib/i18n/words.svelte'
import type { Kiosk } from './i18n/ja'

export const words = new Words<Kiosk>({
  ja: () => import('./i18n/ja'),
  easy: () => import('./i18n/easy'),
  en: () => import('./i18n/en'),
  zh: () => import('./i18n/zh'),
  ko: () => import('./i18n/ko'),
})

import type { Common } from './ja'
import { Words } from '../words.svelte'

/** What all consoles say. */
export const common = new Words<Common>({
  ja: () => import('./ja'),
  easy: () => import('./easy'),
  en: () => import('./en'),
  zh: () => import('./zh'),
  ko: () => import('./ko'),
})

import type { Common } from '../i18n/common/ja'
import type { Role } from './session.svelte'

export interface Console {
  id: keyof Common['console']
  path: string
  roles: Role[]
}

/** Paths that were built; vite.config.ts fills it in. */
declare const __PAGES__: string[]

const known: Console[] = [
  { id: 'residents', path: '/', roles: [] },
  { id: 'desk', path: '/desk', roles: ['call_taker', 'administrator'] },
  { id: 'fleet', path: '/fleet', roles: ['operator', 'administrator'] },
  { id: 'feeds', path: '/feeds', roles: ['publisher', 'administrator'] },
  { id: 'shop', path: '/shop', roles: ['shop', 'administrator'] },
  { id: 'city', path: '/city', roles: ['administrator'] },
]

/** The pages of this server and who works in them; nobody is refused `/`. */
export const consoles = known.filter((one) => __PAGES__.includes(one.path))

import type { FleetWords } from './i18n/ja'

const has = <K extends string>(of: Record<K, string>, key: string): key is K => Object.hasOwn(of, key)

/** What an alarm, a vehicle's cause or a broken promise says, in the words of the page; somebody's own words as they are. */
export function reasonText(said: string, t: FleetWords): string {
  if (said.startsWith(DOMAIN)) return `${t.beyond}: ${said.slice(DOMAIN.length).split('; ').map((one) => measured(one, t)).join(', ')}`
  if (said.startsWith(DISASTER)) {
    const kind = said.slice(DISASTER.length)
    return `${t.disaster}: ${has(t.disasters, kind) ? t.disasters[kind] : kind}`
  }
  return has(t.reasons, said) ? t.reasons[said] : said
}

const DOMAIN = 'domain: '
const DISASTER = 'disaster: '

/** `wind 18 > 15 m/s`: its first word in the page's language. */
export function measured(said: string, t: FleetWords): string {
  const [first = '', ...rest] = said.split(' ')
  return has(t.weathers, first) ? [t.weathers[first], ...rest].join(' ') : said
}

/** Which promise was broken. */
export function promiseText(kind: string, t: FleetWords): string {
  return has(t.promises, kind) ? t.promises[kind] : kind
}

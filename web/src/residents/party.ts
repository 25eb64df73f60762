import type { AreaView, Schemas } from '../lib/api/client'
import { prefs } from '../lib/shell/prefs.svelte'
import type { Residents } from './i18n/ja'

type Party = Schemas['PartyIn']

/** Who rides, by what they pay; `others`: a category as `/v1/area` says it -> how many. */
export interface Riders {
  adults: number
  children: number
  others: Record<string, number>
}

/** One kind of riders that can be counted. */
export interface RiderKind {
  key: string
  name: string
  /** Who may claim it, and with which proof. */
  proof: string
}

export const MOST_PEOPLE = 8
export const ALONE: Riders = { adults: 1, children: 0, others: {} }
const ADULT = 'adult'
const CHILD = 'child'

const sum = (others: Record<string, number>) => Object.values(others).reduce((all, n) => all + n, 0)

export const peopleOf = (riders: Riders) => riders.adults + riders.children + sum(riders.others)

/** Adults, children, and whom else the area's feeds know, each under one name. */
export function kindsIn(area: AreaView | null, t: Residents): RiderKind[] {
  const found = new Map<string, RiderKind>()
  for (const one of area?.rider_categories ?? []) {
    if (one.default || one.kind === 'adult' || one.kind === 'child' || found.has(one.say)) continue
    found.set(one.say, { key: one.say, name: one.names[prefs.tag] ?? one.names[''] ?? one.id, proof: one.eligibility_url ?? '' })
  }
  return [{ key: ADULT, name: t.riders.adults, proof: '' }, { key: CHILD, name: t.riders.children, proof: '' }, ...found.values()]
}

export function countOf(riders: Riders, key: string): number {
  return key === ADULT ? riders.adults : key === CHILD ? riders.children : (riders.others[key] ?? 0)
}

/** The same with another number of one kind: never nobody, never more than can be asked for. */
export function counted(riders: Riders, key: string, count: number): Riders {
  const rest = peopleOf(riders) - countOf(riders, key)
  const n = Math.min(Math.max(Math.round(count) || 0, rest ? 0 : 1), MOST_PEOPLE - rest)
  if (key === ADULT) return { ...riders, adults: n }
  if (key === CHILD) return { ...riders, children: n }
  const { [key]: _, ...others } = riders.others
  return { ...riders, others: n ? { ...others, [key]: n } : others }
}

/** Of a link; `people` are all, the others some of them. */
export function ridersOfLink(link: URLSearchParams): Riders {
  const whole = (text: string | null | undefined) => Math.max(Math.trunc(Number(text)) || 0, 0)
  const people = Math.min(Math.max(whole(link.get('people')), 1), MOST_PEOPLE)
  let left = people
  const some = (text: string | null | undefined) => {
    const n = Math.min(whole(text), left)
    left -= n
    return n
  }
  const children = some(link.get('children'))
  const others: Record<string, number> = {}
  for (const one of (link.get('riders') ?? '').split(',')) {
    const [name, count] = one.split(':').map((text) => decode(text))
    const n = name ? some(count) : 0
    if (name && n) others[name] = n
  }
  return { adults: left, children, others }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

export function ridersToLink(riders: Riders, query: URLSearchParams) {
  const people = peopleOf(riders)
  if (people > 1) query.set('people', String(people))
  if (riders.children) query.set('children', String(riders.children))
  const others = Object.entries(riders.others).map(([name, n]) => `${encodeURIComponent(name)}:${n}`)
  if (others.length) query.set('riders', others.join(','))
}

/** A link of another day may name whom the feeds no longer know: they ride as adults. */
export function knownIn(area: AreaView, riders: Riders, t: Residents): Riders {
  const known = new Set(kindsIn(area, t).map((kind) => kind.key))
  const others = Object.fromEntries(Object.entries(riders.others).filter(([name]) => known.has(name)))
  return { ...riders, others, adults: riders.adults + sum(riders.others) - sum(others) }
}

/** As the server counts: those of a category are some of the adults, one in a wheelchair stands beside them. */
export function partyOf(riders: Riders, wheelchairs = 0): Party {
  const grown = riders.adults + sum(riders.others)
  const chairs = Math.min(wheelchairs, grown + riders.children)
  const fromChildren = Math.max(chairs - grown, 0)
  return { adults: grown - (chairs - fromChildren), children: riders.children - fromChildren, wheelchairs: chairs, categories: riders.others }
}

export function ridersOf(party: Party | undefined): Riders {
  const others = Object.fromEntries(Object.entries(party?.categories ?? {}).filter(([, n]) => n))
  return { adults: (party?.adults ?? 1) + (party?.wheelchairs ?? 0) - sum(others), children: party?.children ?? 0, others }
}

/** Another number of riders with the same wheelchairs, prams and luggage. */
export function partyWith(before: Party | undefined, riders: Riders): Party {
  return { ...before, ...partyOf(riders, before?.wheelchairs ?? 0) }
}

/** Some of one category, as fares name it. */
export function whoOf(category: string, count: number): Riders {
  const known = category === ADULT || category === CHILD
  return { adults: category === ADULT ? count : 0, children: category === CHILD ? count : 0, others: known ? {} : { [category]: count } }
}

/** All of them together. */
export function togetherOf(groups: readonly { category: string; count: number }[]): Riders {
  const others = groups.filter(({ category }) => category !== ADULT && category !== CHILD)
  const count = (of: string) => groups.find(({ category }) => category === of)?.count ?? 0
  return { adults: count(ADULT), children: count(CHILD), others: Object.fromEntries(others.map(({ category, count }) => [category, count])) }
}

export const isAlone = (riders: Riders) => riders.adults === 1 && peopleOf(riders) === 1

/** Who rides in words: "2 adults, 1 senior". */
export function whoText(riders: Riders, area: AreaView | null, t: Residents): string {
  const kinds = kindsIn(area, t)
  const name = (key: string) => kinds.find((kind) => kind.key === key)?.name ?? area?.rider_categories.find((one) => one.id === key)?.name ?? key
  const told = [
    ...(riders.adults ? [t.riders.adult(riders.adults)] : []),
    ...Object.entries(riders.others).map(([key, n]) => t.riders.of(name(key), n)),
    ...(riders.children ? [t.riders.child(riders.children)] : []),
  ]
  return new Intl.ListFormat(prefs.tag, { type: 'conjunction', style: 'narrow' }).format(told)
}

/** Whether the same kinds ride in the same numbers. */
export function isSame(a: Riders, b: Riders): boolean {
  const keys = new Set([ADULT, CHILD, ...Object.keys(a.others), ...Object.keys(b.others)])
  return [...keys].every((key) => countOf(a, key) === countOf(b, key))
}

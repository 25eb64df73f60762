import { http, told, type JourneyView, type Schemas } from '../lib/api/client'
import { prefs } from '../lib/shell/prefs.svelte'
import { session } from '../lib/shell/session.svelte'
import type { Residents } from './i18n/ja'
import { isAlone, ridersOf, type Riders } from './party'

export type Bundle = Schemas['BundleView']
export type Part = Bundle['parts'][number]
type PartIn = Schemas['BundleIn']['parts'][number]
export type Offer = Schemas['maas__api__services__views__OfferView']

const APART = ['device', 'cycle']
/** One's own way, and rides that are asked for elsewhere. */
const OWN = ['walk', 'bicycle', 'flex', 'taxi']

/** A service that is booked with the way there: an offer's slot, as chosen. */
export interface Errand {
  offer: Offer
  slot: Offer['slots'] extends (infer S)[] | undefined ? S : never
}

/** Whom one books for: oneself, or somebody whose proxy one is. */
export function onBehalf(rider: string): Record<string, string> {
  return rider ? { 'X-On-Behalf-Of': rider } : {}
}

/** Hold everything of a journey and its errands, or nothing; a guest account is made where nobody has signed in. */
export async function hold(journey: JourneyView, party: Schemas['PartyIn'], errands: Errand[], rider: string): Promise<Bundle> {
  await session.asGuest()
  const headers = onBehalf(rider)
  const parts: PartIn[] = []
  const planned = journey.legs.filter((leg) => !OWN.includes(leg.mode))
  const usual = planned.filter((leg) => !APART.includes(leg.mode))
  if (usual.length) {
    const made = await told(http.POST('/v1/bundles/from-journey', { body: { legs: usual, party }, headers }))
    parts.push(...(made.parts as PartIn[]))
  }
  planned.filter((leg) => APART.includes(leg.mode)).forEach((leg, k) => parts.push(apart(leg, k)))
  errands.forEach(({ slot }, k) => parts.push({ kind: 'service', label: `errand${k + 1}`, slot_id: slot.id, quantity: 1 }))
  const body = { parts, lang: prefs.tag }
  return told(http.POST('/v1/bundles', { body, headers: { ...headers, 'Idempotency-Key': crypto.randomUUID() } }))
}

function apart(leg: JourneyView['legs'][number], k: number): PartIn {
  const place = (end: typeof leg.from) => ({ lat: end.lat, lon: end.lon, name: end.name })
  if (leg.mode === 'cycle') {
    return { kind: 'cycle', label: `cycle${k + 1}`, dock_id: leg.on_demand?.start_id ?? '', use_s: Math.max(leg.duration_s, 60) }
  }
  return { kind: 'device', label: `device${k + 1}`, where: place(leg.from), to: place(leg.to), at: leg.departure, use_s: Math.max(leg.duration_s, 60) }
}

/** Offers near a place with a slot free in the hours after an instant. */
export async function errandsNear(lat: number, lon: number, fromInstant: string, q: string): Promise<Offer[]> {
  const start = new Date(fromInstant)
  const end = new Date(start.getTime() + 5 * 3_600_000)
  const query = { q, lat, lon, radius_m: 1200, free_from: start.toISOString(), free_to: end.toISOString(), lang: prefs.tag, limit: 8 }
  const found = await told(http.GET('/v1/services', { params: { query } }))
  // Coupons and nights begin before one comes: an errand is something that one is in time for.
  const inTime = (slot: { starts_at: string | null }) => slot.starts_at !== null && Date.parse(slot.starts_at) >= start.getTime()
  return found.offers
    .filter((offer) => offer.kind !== 'nights')
    .map((offer) => ({ ...offer, slots: (offer.slots ?? []).filter(inTime) }))
    .filter((offer) => offer.slots.length > 0)
}

/** What a part is, in a few words: the offer, the line, or where from and where to. */
export function partTitle(part: Part, kinds: Record<string, string>): string {
  const details = part.details as Record<string, unknown>
  const name = (of: unknown): string => {
    if (typeof of === 'string') return of
    const value = (of as { name?: unknown } | null)?.name
    return typeof value === 'string' ? value : ''
  }
  const offer = name(details.name)
  if (offer) return offer
  const kind = name(details.route_name) || (kinds[part.kind] ?? part.kind)
  const from = name(details.pickup_stop) || name(details.origin) || name(details.from)
  const to = name(details.dropoff_stop) || name(details.destination) || name(details.to)
  return from && to ? `${kind} ${from} → ${to}` : kind
}

/** Who rides a part; null where it is somebody alone who pays as an adult, or no ride. */
export function ridersOfPart({ asked }: Part): Riders | null {
  const party = asked && 'party' in asked ? asked.party : undefined
  if (!party) return null
  const riders = ridersOf(party)
  return isAlone(riders) ? null : riders
}

/** A day pass or a ticket for some hours that a part is ridden with. */
export function ticketOfPart({ details }: Part): { name: string; until: string } | null {
  const { ticket, ticket_until_at: until } = details as Record<string, unknown>
  return typeof until === 'string' ? { name: typeof ticket === 'string' ? ticket : '', until } : null
}

/** Why a trip or a part of it stands as it does, in words: what is kept with it is for programs. */
export function reasonText(reason: string, t: Residents): string {
  if (!reason) return ''
  if (reason.startsWith('change:')) return t.change.failed
  if (reason.startsWith('declined:')) return t.reasons.declined
  if (reason === 'expired') return t.reasons.expired
  return reason.startsWith("the bank's") ? t.reasons.bank : t.reasons.other
}

/** Why a part costs less, a line for each reason: one that comes out of several purses is still one. */
export function discountsOf(part: Part): { text: string; amount_minor: number }[] {
  const sums = new Map<string, number>()
  for (const { text, amount_minor } of part.discounts) sums.set(text, (sums.get(text) ?? 0) + amount_minor)
  return [...sums].map(([text, amount_minor]) => ({ text, amount_minor }))
}

/** Parts that say something about the trip: not those that another one stands for, nor those that never came about. */
export function isShown(part: Part): boolean {
  return part.state !== 'rebooked' && part.state !== 'released'
}

/** What a trip is made of, in the order in which it happens. */
export function partsInOrder(bundle: Bundle): Part[] {
  return bundle.parts.filter(isShown).sort((a, b) => (a.starts_at ?? '').localeCompare(b.starts_at ?? ''))
}

import { http, told, type JourneyView, type Schemas } from '../lib/api/client'
import { prefs } from '../lib/shell/prefs.svelte'
import type { Part } from './booking'
import { isSame, partyWith, ridersOf, type Riders } from './party'

type Asked = Part['asked']

/** Something else of the same kind that can be had. */
export interface Choice {
  key: string
  starts_at: string
  ends_at: string | null
  name: string
  price_minor: number | null
  asked: Asked
}

const DAY_MS = 86_400_000
const MOST = 20

/** Whether another time or slot can be asked for on the page: a bike is kept from now on only. */
export function canChange(part: Part): boolean {
  const asked: Asked | undefined = part.asked // none in a trip that an earlier page kept for when there is no network
  return part.state === 'confirmed' && ['shuttle', 'device', 'service', 'transit'].includes(asked?.kind ?? '')
}

/** The time that was asked for, where one was. */
export function at(asked: Asked): string | null {
  return 'at' in asked ? (asked.at ?? null) : asked.kind === 'transit' ? asked.departure : null
}

/** Who rides, where that can be another number; null: a device, or a slot of a service. */
export function ridersIn(asked: Asked): Riders | null {
  return asked.kind === 'shuttle' || asked.kind === 'transit' ? ridersOf(asked.party) : null
}

/** The same ride at another time or for other people. `local` is by the area's clock. */
export function changed(asked: Asked, local: string, arrive: boolean, riders: Riders): Asked {
  if (asked.kind === 'device') return { ...asked, at: local, before: '' }
  if (asked.kind !== 'shuttle') return asked
  return { ...asked, at: local, arrive_by: arrive, before: '', party: partyWith(asked.party, riders) }
}

/** Other slots of the same service, or other direct rides between the same stops, from that minute on. */
export async function choices({ asked, details }: Part, local: string, zone: string, riders: Riders): Promise<Choice[]> {
  if (asked.kind === 'service') return slots(asked, String(details.offer_id), local, zone)
  if (asked.kind === 'transit') return rides(asked, local, partyWith(asked.party, riders))
  return []
}

async function slots(asked: Extract<Asked, { kind: 'service' }>, offer: string, local: string, zone: string): Promise<Choice[]> {
  const from = Math.max(instantOf(local, zone), Date.now())
  const query = { from: new Date(from).toISOString(), to: new Date(from + 7 * DAY_MS).toISOString(), quantity: asked.quantity ?? 1 }
  const found = await told(http.GET('/v1/services/{offer_id}/availability', { params: { path: { offer_id: offer }, query } }))
  return found.slots.flatMap((slot) =>
    slot.id === asked.slot_id || slot.starts_at === null || slot.free === 0
      ? []
      : [{ key: slot.id, starts_at: slot.starts_at, ends_at: slot.ends_at, name: '', price_minor: slot.price_minor, asked: { ...asked, slot_id: slot.id } }],
  ).slice(0, MOST)
}

async function rides(asked: Extract<Asked, { kind: 'transit' }>, local: string, party: Schemas['PartyIn']): Promise<Choice[]> {
  const end = (of: typeof asked.from) => (of.stop_id ? { stop_id: of.stop_id, name: of.name } : { lat: of.lat, lon: of.lon, name: of.name })
  const wheelchair = (party.wheelchairs ?? 0) > 0
  const body = { from: end(asked.from), to: end(asked.to), at: `${local}:00`, lang: prefs.tag, means: ['transit' as const], count: 8, party, wheelchair }
  const found = await told(http.POST('/v1/journeys', { body }))
  return found.journeys.flatMap((journey) => direct(asked, journey, party))
}

function direct(asked: Extract<Asked, { kind: 'transit' }>, journey: JourneyView, party: Schemas['PartyIn']): Choice[] {
  const ridden = journey.legs.filter((leg) => leg.trip_id)
  const leg = ridden[0]
  const same = leg?.trip_id === asked.trip_id && leg?.service_date === asked.service_date
  if (!leg || ridden.length > 1 || (same && isSame(ridersOf(party), ridersOf(asked.party)))) return []
  const again: Asked = {
    kind: 'transit', label: asked.label, party, from: leg.from, to: leg.to, departure: leg.departure, arrival: leg.arrival,
    route_id: leg.route_id ?? '', route_name: leg.route_name ?? '', agency_name: leg.agency_name ?? '', trip_id: leg.trip_id ?? '', service_date: leg.service_date ?? '',
  }
  return [{ key: `${leg.trip_id}@${leg.departure}`, starts_at: leg.departure, ends_at: leg.arrival, name: leg.route_name ?? '', price_minor: (journey.party_fare ?? journey.fare)?.ic_amount_minor ?? null, asked: again }]
}

/** The instant of a minute on the area's clock. */
function instantOf(local: string, zone: string): number {
  const asUtc = Date.parse(`${local}:00Z`)
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(asUtc)
  return asUtc - (Date.parse(`${shown.replace(' ', 'T')}Z`) - asUtc)
}

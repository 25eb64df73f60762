import type { AreaView, JourneyView, LegView, Schemas } from '../lib/api/client'
import { clock, dayName, yen } from '../lib/format'
import type { Residents } from './i18n/ja'
import { isAlone, togetherOf, whoOf, whoText, type Riders } from './party'

/** What is booked elsewhere, or not at all. */
const ELSEWHERE = ['flex', 'taxi']

/** Those whose fare it is; null: one adult. */
export function ridersIn(way: JourneyView): Riders | null {
  return way.party_fare ? togetherOf(way.party_fare.groups) : null
}

/** The same of a whole outing. */
export function outingWho(fare: Schemas['OutingFareView']): Riders | null {
  const riders = togetherOf(fare.groups)
  return isAlone(riders) || !fare.groups.length ? null : riders
}

/** What a way costs all who ride, and for whom that is. */
export function fareText(way: JourneyView, area: AreaView | null, t: Residents): string {
  const fare = way.party_fare ?? way.fare
  if (!fare) return t.fareUnknown
  const riders = ridersIn(way)
  if (!riders || !fare.amount_minor) return yen(fare.amount_minor)
  const plain = !riders.children && !Object.keys(riders.others).length
  return plain ? t.together(yen(fare.amount_minor), riders.adults) : t.riders.sum(yen(fare.amount_minor), whoText(riders, area, t))
}

/** What booking the whole way here takes, before one's own passes and concessions; null: not all of it is booked here. */
export function bookedMinor(way: JourneyView): number | null {
  if (way.legs.some((leg) => ELSEWHERE.includes(leg.mode))) return null
  return (way.party_fare ?? way.fare)?.ic_amount_minor ?? null
}

/** The ticket of a leg that is good for more rides, and until when: of all who ride, else of one adult among them. */
export function ticketText(way: JourneyView, leg: LegView, zone: string, t: Residents): string {
  const told = (until: string, product: string | null | undefined) => t.fares.ticket(product ?? '', untilText(until, leg.departure, zone))
  const all = leg.party_fare ?? leg.fare
  if (all?.valid_until) return told(all.valid_until, all.product)
  return leg.fare?.valid_until && adultsIn(way) ? `${told(leg.fare.valid_until, leg.fare.product)} ${t.fares.each}` : ''
}

const adultsIn = (way: JourneyView) => (ridersIn(way)?.adults ?? 1) > 0

/** A time, and the day where it is another one. */
export function untilText(until: string, since: string, zone: string): string {
  return until.slice(0, 10) === since.slice(0, 10) ? clock(until) : `${dayName(until, zone)} ${clock(until)}`
}

/** That a leg is ridden with a ticket that an earlier one needed already, by all or by the adults. */
export function coveredText(way: JourneyView, k: number, t: Residents): string {
  if (isCovered(way.legs, k, (leg) => leg.party_fare ?? leg.fare)) return t.fares.covered
  return way.party_fare && adultsIn(way) && isCovered(way.legs, k, (leg) => leg.fare) ? `${t.fares.covered} ${t.fares.each}` : ''
}

function isCovered(legs: readonly LegView[], k: number, of: (leg: LegView) => LegView['fare']): boolean {
  const leg = legs[k]
  const fare = leg?.trip_id ? of(leg) : null
  if (!fare || fare.amount_minor) return false
  return legs.slice(0, k).some((one) => one.trip_id && of(one)?.amount_minor && of(one)?.product === fare.product)
}

/** What some must show for what they pay less, each once. */
export function proofTexts(way: JourneyView, tag: string): { text: string; url: string }[] {
  const proofs = (way.party_fare?.groups ?? []).flatMap((group) => group.proofs ?? [])
  const told = new Map(proofs.map((one) => [one.text[tag] ?? one.text.en ?? one.name, one.eligibility_url ?? '']))
  return [...told].map(([text, url]) => ({ text, url }))
}

/** What one adult pays for a leg with each medium that its feed names. */
export function mediaText(leg: LegView, t: Residents): string {
  const media = leg.fare?.media ?? []
  if (!media.some((one) => one.amount_minor)) return ''
  return media.map((one) => `${one.name || t.fares.media[one.kind]} ${yen(one.amount_minor)}`).join(' · ')
}

/** What each kind of riders pays of the timetabled rides, and where a feed has no fare for them which it is. */
export function groupTexts(way: JourneyView, area: AreaView | null, t: Residents): string[] {
  const told = way.party_fare
  if (!told || (told.groups.length < 2 && told.groups.every((group) => group.by !== 'adult' && group.by !== 'half'))) return []
  return told.groups.flatMap(({ category, count, by, amount_minor }) => {
    if (amount_minor === null || by === null) return []
    const who = whoText(whoOf(category, count), area, t)
    return [`${who} ${yen(amount_minor)}${by === 'tables' ? '' : ` (${by === 'half' ? t.riders.half : t.riders.asAdult})`}`]
  })
}

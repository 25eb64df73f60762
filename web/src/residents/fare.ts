import { yen } from '../lib/format'
import type { JourneyView } from '../lib/api/client'
import type { Residents } from './i18n/ja'

/** What a way costs all who ride, and for how many that is. */
export function fareText(way: JourneyView, t: Residents): string {
  const fare = way.party_fare ?? way.fare
  if (!fare) return t.fareUnknown
  const people = way.party_fare ? way.party_fare.adults + way.party_fare.children : 1
  return people > 1 && fare.amount_minor ? t.together(yen(fare.amount_minor), people) : yen(fare.amount_minor)
}

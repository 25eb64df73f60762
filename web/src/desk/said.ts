import type { Schemas } from '../lib/api/client'
import { clockIn, minutesOf, yen } from '../lib/format'
import type { Desk } from './i18n/ja'

type Bundle = Schemas['BundleView']

interface Stop {
  name?: string
}

/** The sentences that a call-taker reads to the caller: what, when, where, how much. */
export function sentences(bundle: Bundle, t: Desk, zone: string, code: string | undefined): string[] {
  const lines = bundle.parts
    .filter((part) => part.state !== 'cancelled' && part.state !== 'released')
    .map((part) => {
      const told = part.details as Record<string, unknown>
      const at = part.starts_at ? clockIn(part.starts_at, zone) : ''
      if (part.kind === 'shuttle') {
        const by = typeof told.arrive_until_at === 'string' ? told.arrive_until_at : part.ends_at
        const walk = typeof told.walk_to_s === 'number' && told.walk_to_s > 0 ? minutesOf(told.walk_to_s) : 0
        const [from, to] = [told.pickup_stop, told.dropoff_stop].map((stop) => (stop as Stop | undefined)?.name ?? '')
        return t.shuttleSaid(from ?? '', at, to ?? '', by ? clockIn(by, zone) : '', walk)
      }
      return t.serviceSaid(typeof told.name === 'string' ? told.name : part.label, at)
    })
  lines.push(t.priceSaid(yen(bundle.total.amount)))
  if (code) lines.push(t.numberSaid(code))
  return lines
}

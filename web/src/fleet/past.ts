import type { Schemas } from '../lib/api/client'
import { Positions } from './positions'

type Past = Schemas['PastView']

export interface PastRow {
  id: string
  at_s: number
  passengers: number | null
  battery: number | null
  autonomy: string | null
}

/** The last sample of each vehicle up to an instant: vehicle -> row of the past, -1 for none yet. */
function latest(past: Past, atS: number): Int32Array {
  const rows = new Int32Array(past.ids.length).fill(-1)
  for (let k = 0; k < past.at_s.length && past.at_s[k]! <= atS; k++) rows[past.vehicle[k]!] = k
  return rows
}

/** Where everybody was at an instant, as the map draws it. Between two samples a vehicle is on the line between. */
export function momentOf(past: Past, atS: number): Positions {
  const seen = new Positions()
  seen.greet(past.ids, ['service', 'stopped', 'off'])
  const before = latest(past, atS)
  const after = new Int32Array(past.ids.length).fill(-1)
  for (let k = past.at_s.length - 1; k >= 0 && past.at_s[k]! > atS; k--) after[past.vehicle[k]!] = k
  before.forEach((row, v) => {
    if (row < 0) return
    const next = after[v]!
    const share = next < 0 ? 0 : (atS - past.at_s[row]!) / Math.max(past.at_s[next]! - past.at_s[row]!, 1)
    const between = (of: number[]) => of[row]! + (next < 0 ? 0 : share * (of[next]! - of[row]!))
    seen.lat[v] = between(past.lat)
    seen.lon[v] = between(past.lon)
    seen.mode[v] = past.autonomy[row] === 'minimal_risk' ? 1 : past.autonomy[row] === 'off' ? 2 : 0
    seen.battery[v] = Math.round(100 * (past.battery[row] ?? 0))
    seen.known[v] = 1
  })
  return seen
}

export function rowsAt(past: Past, atS: number): PastRow[] {
  const found: PastRow[] = []
  latest(past, atS).forEach((row, v) => {
    if (row < 0) return
    found.push({
      id: past.ids[v]!,
      at_s: past.at_s[row]!,
      passengers: past.passengers[row] ?? null,
      battery: past.battery[row] ?? null,
      autonomy: past.autonomy[row] ?? null,
    })
  })
  return found
}

import type { Schemas } from '../lib/api/client'

export interface Compared {
  id: string
  name: string
  anyone: number | null
  wheels: number | null
}

/** Places that either reaches; those that a wheelchair does not reach come first, then those that take it longest more. */
export function compared(anyone: Schemas['ReachedPlace'][], wheels: Schemas['ReachedPlace'][]): Compared[] {
  const byWheels = new Map(wheels.map((place) => [place.id, place.minutes]))
  const rows = anyone.map(({ id, name, minutes }) => ({ id, name, anyone: minutes as number | null, wheels: byWheels.get(id) ?? null }))
  const known = new Set(rows.map((row) => row.id))
  for (const { id, name, minutes } of wheels) if (!known.has(id)) rows.push({ id, name, anyone: null, wheels: minutes })
  const more = (row: Compared) => (row.wheels === null ? Infinity : row.wheels - (row.anyone ?? row.wheels))
  return rows.sort((a, b) => (more(b) === more(a) ? 0 : more(b) > more(a) ? 1 : -1))
}

import { localMinute } from '../lib/format'

/** The instant of `2026-11-25T08:00` on the clock of a zone. */
export function instantOf(local: string, timeZone: string): Date {
  const wished = Date.parse(`${local}:00Z`)
  if (Number.isNaN(wished)) return new Date()
  const offset = Date.parse(`${localMinute(new Date(wished), timeZone)}:00Z`) - wished
  return new Date(wished - offset)
}

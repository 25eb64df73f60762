import { localMinute, shifted } from '../lib/format'

/** Shops keep Japanese days. */
export const ZONE = 'Asia/Tokyo'

export function today(): string {
  return localMinute(new Date(), ZONE).slice(0, 10)
}

/** The instants at which a day begins and ends. */
export function bounds(day: string): { from: string; to: string } {
  const next = shifted(`${day}T00:00`, 24 * 60).slice(0, 10)
  return { from: `${day}T00:00:00+09:00`, to: `${next}T00:00:00+09:00` }
}

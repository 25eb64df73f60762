import type { LegView } from './api/client'
import { legible } from './format'

/** A mode's name out of a catalogue's list, "other" for what it does not know. */
export function modeName(mode: string, names: Record<string, string>): string {
  return names[mode] ?? names.other ?? mode
}

const COLOURS: Record<string, string> = { rail: '2f5d8a', subway: '6a4c93', bus: '1f7a8c', tram: '8a5a2f', ferry: '2a4e9e' }

export function legColour(leg: LegView): string {
  return legible(leg.route_color ?? COLOURS[leg.mode] ?? '4a636b')
}

/** Paths on a 24 x 24 grid. */
export const ICONS: Record<string, string> = {
  walk: 'M13.5 5.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM9.8 8.9 7 23h2.1l1.8-8 2.1 2v6h2v-7.5l-2.1-2 .6-3A7.2 7.2 0 0 0 19 13v-2a5 5 0 0 1-4.3-2.4l-1-1.6a2 2 0 0 0-1.7-1c-.3 0-.5.1-.8.1L6 8.3V13h2V9.6l1.8-.7Z',
  rail: 'M12 2C8 2 5 2.5 5 6v9.5A3.5 3.5 0 0 0 8.5 19L7 20.5v.5h2l2-2h2l2 2h2v-.5L15.500 19a3.500 3.500 0 0 0 3.500-3.500V6c0-3.500-3-4-7-4Zm-3.500 15a1.500 1.500 0 1 1 0-3 1.500 1.500 0 0 1 0 3Zm7 0a1.500 1.500 0 1 1 0-3 1.500 1.500 0 0 1 0 3ZM17 10H7V6h10v4Z',
  bus: 'M4 16c0 .9.4 1.700 1 2.200V20a1 1 0 0 0 1 1h1a1 1 0 0 0 1-1v-1h8v1a1 1 0 0 0 1 1h1a1 1 0 0 0 1-1v-1.800c.6-.5 1-1.300 1-2.200V6c0-3.500-3.600-4-8-4s-8 .5-8 4v10Zm3.500 1a1.500 1.500 0 1 1 0-3 1.500 1.500 0 0 1 0 3Zm9 0a1.500 1.500 0 1 1 0-3 1.500 1.500 0 0 1 0 3ZM18 11H6V6h12v5Z',
}

export function icon(mode: string): string {
  if (mode === 'walk') return ICONS.walk ?? ''
  return (['bus', 'coach', 'trolleybus', 'shuttle'].includes(mode) ? ICONS.bus : ICONS.rail) ?? ''
}

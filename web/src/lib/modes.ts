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
const ICONS: Record<string, string> = {
  walk: 'M13.5 5.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM9.8 8.9 7 23h2.1l1.8-8 2.1 2v6h2v-7.5l-2.1-2 .6-3A7.2 7.2 0 0 0 19 13v-2a5 5 0 0 1-4.3-2.4l-1-1.6a2 2 0 0 0-1.7-1c-.3 0-.5.1-.8.1L6 8.3V13h2V9.6l1.8-.7Z',
  rail: 'M12 2C8 2 5 2.5 5 6v9.5A3.5 3.5 0 0 0 8.5 19L7 20.5v.5h2l2-2h2l2 2h2v-.5L15.500 19a3.500 3.500 0 0 0 3.500-3.500V6c0-3.500-3-4-7-4Zm-3.500 15a1.500 1.500 0 1 1 0-3 1.500 1.500 0 0 1 0 3Zm7 0a1.500 1.500 0 1 1 0-3 1.500 1.500 0 0 1 0 3ZM17 10H7V6h10v4Z',
  bus: 'M4 16c0 .9.4 1.700 1 2.200V20a1 1 0 0 0 1 1h1a1 1 0 0 0 1-1v-1h8v1a1 1 0 0 0 1 1h1a1 1 0 0 0 1-1v-1.800c.6-.5 1-1.300 1-2.200V6c0-3.500-3.600-4-8-4s-8 .5-8 4v10Zm3.500 1a1.500 1.500 0 1 1 0-3 1.500 1.500 0 0 1 0 3Zm9 0a1.500 1.500 0 1 1 0-3 1.500 1.500 0 0 1 0 3ZM18 11H6V6h12v5Z',
  cycle: 'M5 12a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9Zm0 7a2.500 2.500 0 1 1 0-5 2.500 2.500 0 0 1 0 5Zm14-7a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9Zm0 7a2.500 2.500 0 1 1 0-5 2.500 2.500 0 0 1 0 5ZM7 6h4v2H9.700l1 2.500h4.600L14 6h-2V4h3.400l4.300 12-1.900.7-1.700-4.600-4.600 4.900H5v-2h3.500L9 13 7.500 8H7V6Zm4 6.500.6 1.700 1.600-1.700H11Z',
  device: 'M8 2h2.500v8H17v2h-1.300l3.600 7.300-1.900.9L14 13.500H8V2Zm1 11.500v2a3.200 3.200 0 1 0 3.900 4.100h2.100A5.200 5.200 0 1 1 9 13.500Z',
  taxi: 'M10 3h4v2h3l2 5.500 2 2V19h-3v-2H6v2H3v-6.500l2-2L7 5h3V3ZM7.300 10h9.400l-1.100-3H8.400l-1.100 3ZM6.500 15.300a1.200 1.200 0 1 0 0-2.400 1.200 1.200 0 0 0 0 2.400Zm11 0a1.200 1.200 0 1 0 0-2.400 1.200 1.200 0 0 0 0 2.400Z',
}

const ICON_OF: Record<string, string> = { coach: 'bus', trolleybus: 'bus', shuttle: 'bus', flex: 'bus', bicycle: 'cycle', bike: 'cycle' }

export function icon(mode: string): string {
  return ICONS[ICON_OF[mode] ?? mode] ?? ICONS.rail ?? ''
}

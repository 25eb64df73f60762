import type { Point } from './points'

/** `stop` documents (gtfs/authoring/documents.py). */
export interface Stop {
  name: string
  kana: string
  names: Record<string, string>
  lat: number | null
  lon: number | null
  code: string
  station: boolean
  parent: string
  platform: string
  zone: string
  wheelchair: number
}

export const EMPTY: Stop = {
  name: '', kana: '', names: {}, lat: null, lon: null, code: '', station: false, parent: '', platform: '', zone: '', wheelchair: 0,
}

/** Where a stop is on the map; nowhere if the feed does not say. */
export function spotOf(stop: Stop & { key: string }): Point[] {
  if (stop.lat === null || stop.lon === null) return []
  return [{ id: stop.key, lat: stop.lat, lon: stop.lon, kind: stop.station ? 'station' : 'stop' }]
}

/** One end of a journey, as the page knows it. */
export interface End {
  name: string
  lat: number
  lon: number
  placeId: string | null
  /** A local service: it has a place, and opening hours that count. */
  offerId?: string
}

const EARTH_M = 6_371_009

/** Metres between two ends as the crow flies. */
export function apart(a: End, b: End): number {
  const radians = Math.PI / 180
  const north = (b.lat - a.lat) * radians
  const east = (b.lon - a.lon) * radians * Math.cos(((a.lat + b.lat) / 2) * radians)
  return EARTH_M * Math.hypot(north, east)
}

export function toRequest(end: End): { place_id?: string; lat?: number; lon?: number; name: string } {
  if (end.placeId) return { place_id: end.placeId, name: end.name }
  return { lat: end.lat, lon: end.lon, name: end.name }
}

/** `lat,lon,placeId,name` in the link, so that a shared search means the same place. */
export function toLink(end: End): string {
  return [end.lat.toFixed(6), end.lon.toFixed(6), end.placeId ?? '', end.name].join(',')
}

export function fromLink(text: string | null): End | null {
  const [lat, lon, placeId, ...name] = (text ?? '').split(',')
  if (!lat || !lon || Number.isNaN(Number(lat)) || Number.isNaN(Number(lon))) return null
  return { lat: Number(lat), lon: Number(lon), placeId: placeId || null, name: name.join(',') }
}

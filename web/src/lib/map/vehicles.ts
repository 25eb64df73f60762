import type { GeoJSONSource, Map as MapLibre } from 'maplibre-gl'
import { http, told, type Schemas } from '../api/client'

export interface Spots {
  vehicles: Schemas['SpotView'][]
  devices: Schemas['DeviceSpotView'][]
}

const EMPTY = { type: 'geojson' as const, data: { type: 'FeatureCollection' as const, features: [] } }

const COLOURS = { service: '#0a7d4f', stopped: '#b3261e', other: '#5c6770' }

/** The colour of a shuttle's dot. */
export const vehicleColour = (mode: string) => (mode === 'service' || mode === 'stopped' ? COLOURS[mode] : COLOURS.other)

/** Shuttles as large dots, devices as small ones from near on; nobody who rides in them is shown. */
export function addVehicleLayers(on: MapLibre) {
  on.addSource('vehicles', EMPTY)
  on.addSource('devices', EMPTY)
  on.addLayer({
    id: 'devices',
    type: 'circle',
    source: 'devices',
    minzoom: 14.2,
    paint: {
      'circle-radius': 4,
      'circle-color': ['case', ['get', 'free'], '#6b3fa0', '#8a8f94'],
      'circle-stroke-color': '#ffffff',
      'circle-stroke-width': 1.5,
    },
  })
  on.addLayer({
    id: 'vehicles',
    type: 'circle',
    source: 'vehicles',
    paint: {
      'circle-radius': 7,
      'circle-color': ['match', ['get', 'mode'], 'service', COLOURS.service, 'stopped', COLOURS.stopped, COLOURS.other],
      'circle-stroke-color': '#ffffff',
      'circle-stroke-width': 2.5,
    },
  })
}

export function drawVehicles(on: MapLibre, spots: Spots) {
  const feature = (spot: { lat: number; lon: number }, properties: Record<string, unknown>) => ({
    type: 'Feature' as const,
    properties,
    geometry: { type: 'Point' as const, coordinates: [spot.lon, spot.lat] },
  })
  on.getSource<GeoJSONSource>('vehicles')?.setData({
    type: 'FeatureCollection',
    features: spots.vehicles.map((v) => feature(v, { id: v.id, mode: v.mode })),
  })
  on.getSource<GeoJSONSource>('devices')?.setData({
    type: 'FeatureCollection',
    features: spots.devices.map((d) => feature(d, { id: d.id, free: d.free })),
  })
}

/** Where everything is now; an area without devices has none. */
export async function askSpots(): Promise<Spots> {
  const vehicles = await told(http.GET('/v1/shuttle/vehicles'))
  const devices = await http.GET('/v1/devices/spots')
  return { vehicles, devices: devices.data ?? [] }
}

/** Asks every other second while the page is seen, until the returned function is called. */
export function follow(ask: () => Promise<Spots>, tell: (spots: Spots) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let gone = false
  const once = async () => {
    let wait = 2000
    if (!document.hidden) {
      try {
        tell(await ask())
      } catch {
        wait = 30_000 // no fleet here, or no network: look again now and then
      }
    }
    if (!gone) timer = setTimeout(once, wait)
  }
  void once()
  return () => {
    gone = true
    clearTimeout(timer)
  }
}

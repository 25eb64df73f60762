import type { components } from './schema'

export type AreaView = components['schemas']['AreaView']
export type PlaceView = components['schemas']['PlaceView']
export type JourneyView = components['schemas']['JourneyView']
export type LegView = components['schemas']['LegView']
export type JourneysView = components['schemas']['JourneysView']
export type VehicleSpot = components['schemas']['SpotView']
export type DeviceSpot = components['schemas']['DeviceSpotView']
type JourneysRequest = components['schemas']['JourneysRequest']

/** What the server says is wrong (RFC 9457), or a network that does not answer. */
export class ProblemError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message)
  }
}

async function answered<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string }
  throw new ProblemError(problem.detail ?? problem.title ?? response.statusText, response.status)
}

export const api = {
  area: async () => answered<AreaView>(await fetch('/v1/area')),

  places: async (q: string, lang: string, near: [number, number] | null, signal: AbortSignal) => {
    const query = new URLSearchParams({ q, lang, limit: '7' })
    if (near) {
      query.set('lon', String(near[0]))
      query.set('lat', String(near[1]))
    }
    const found = await answered<{ places: PlaceView[] }>(await fetch(`/v1/places?${query}`, { signal }))
    return found.places
  },

  spots: async () => {
    const vehicles = await answered<VehicleSpot[]>(await fetch('/v1/shuttle/vehicles'))
    const devices = await fetch('/v1/devices/spots')
    return { vehicles, devices: devices.ok ? ((await devices.json()) as DeviceSpot[]) : [] }
  },

  journeys: async (request: Partial<JourneysRequest> & Pick<JourneysRequest, 'from' | 'to'>) =>
    answered<JourneysView>(
      await fetch('/v1/journeys', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(request),
      }),
    ),
}

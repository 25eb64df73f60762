import type { Map as MapLibre } from 'maplibre-gl'
import type { AreaView } from '../api/client'
import { prefs } from '../shell/prefs.svelte'
import { mapStyle } from './style'

type Box = [number, number, number, number]

/** The map of an area in `host`. MapLibre is fetched here and only here: no page waits for it to be useful. */
export async function openMap(host: HTMLElement, area: AreaView): Promise<MapLibre> {
  const [maplibre, worker] = await Promise.all([
    import('maplibre-gl'),
    import('maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'),
    import('maplibre-gl/dist/maplibre-gl.css'),
    import('@fontsource-variable/noto-sans-jp'),
  ])
  await document.fonts.load('14px "Noto Sans JP Variable"', '幕張駅Aa').catch(() => [])
  maplibre.setWorkerUrl(worker.default)
  const [west, south, east, north] = area.bbox as Box
  const map = new maplibre.Map({
    container: host,
    style: styleNow(area),
    center: area.center as [number, number],
    zoom: 13.6,
    minZoom: 9,
    maxBounds: [west - 0.6, south - 0.5, east + 0.6, north + 0.5],
    attributionControl: { compact: true },
    dragRotate: false,
    pitchWithRotate: false,
    trackResize: false,
  })
  let there = true
  const resized = new ResizeObserver(() => afterPaint(() => there && map.resize()))
  resized.observe(host)
  map.once('remove', () => {
    there = false
    resized.disconnect()
  })
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), 'top-right')
  // The attribution opens by itself when the tiles come and would hide a third of a phone's map, the zoom buttons
  // too: its button opens it again.
  const fold = () => host.querySelector('.maplibregl-ctrl-attrib')?.classList.remove('maplibregl-compact-show')
  map.on('sourcedata', fold)
  map.once('idle', () => {
    map.off('sourcedata', fold)
    fold()
  })
  return map
}

/** Calls `act` once what was pressed is seen to be pressed: drawing the map takes longer than a frame on slow devices. */
export function afterPaint(act: () => void) {
  requestAnimationFrame(() => setTimeout(act))
}

/** The style for the language and brightness that hold now. */
export function styleNow(area: AreaView) {
  return mapStyle(area, prefs.tag, prefs.dark)
}

/** A name for what the style depends on, for effects that watch it. */
export function styleKey(): string {
  return `${prefs.tag} ${prefs.dark}`
}

/** Move the map so that all points are seen. */
export function frame(map: MapLibre, points: number[][], maxZoom = 16) {
  if (!points.length) return
  const lons = points.map((p) => Number(p[0]))
  const lats = points.map((p) => Number(p[1]))
  const box: [[number, number], [number, number]] = [
    [Math.min(...lons), Math.min(...lats)],
    [Math.max(...lons), Math.max(...lats)],
  ]
  map.fitBounds(box, { padding: 56, maxZoom, animate: !prefs.calm })
}

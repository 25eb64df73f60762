import type { StyleSpecification } from 'maplibre-gl'
import type { AreaView } from '../api/client'

const DAY = {
  ground: '#f3f1ea', sea: '#bcdbe4', park: '#d3e6c4', beach: '#f1e6c8', building: '#e2dcd0', casing: '#d6cfbf',
  major: '#fbe3a8', middle: '#fff4d2', minor: '#ffffff', path: '#9fb5a0', rail: '#8b8f99', text: '#3a4f56', halo: '#f7f5ef',
}
const NIGHT: typeof DAY = {
  ground: '#142428', sea: '#0d3140', park: '#1d3a2c', beach: '#3a3726', building: '#24363b', casing: '#0c181b',
  major: '#5c5230', middle: '#47452f', minor: '#33474d', path: '#45604d', rail: '#7f8792', text: '#c8d8da', halo: '#142428',
}

/** What each kind of thing is painted with, by day or by night. */
export const colours = (night: boolean) => (night ? NIGHT : DAY)

/** The area's own tiles, day or night. No glyphs and no sprite: text is drawn with local fonts. */
export function mapStyle(area: AreaView, lang: string, night: boolean): StyleSpecification {
  const c = colours(night)
  const background = { id: 'ground', type: 'background' as const, paint: { 'background-color': c.ground } }
  if (!area.basemap) return { version: 8, sources: {}, layers: [background] }
  const name = ['coalesce', ['get', lang === 'ja' ? 'name' : `name_${lang}`], ['get', lang === 'ja' ? 'name' : 'name_en'], ['get', 'name']]
  const text = { 'text-font': ['Noto Sans JP Variable'], 'text-field': name }
  const halo = { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.6 }
  const width = (base: number) => ['interpolate', ['exponential', 1.6], ['zoom'], 11, base * 0.25, 14, base, 17, base * 5]
  const from = (layer: string) => ({ source: 'area', 'source-layer': layer })
  const roads = (kind: string, colour: string, base: number) => [
    { id: `${kind}-casing`, type: 'line', ...from('road'), filter: ['==', ['get', 'class'], kind], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': c.casing, 'line-width': width(base + 1) } },
    { id: kind, type: 'line', ...from('road'), filter: ['==', ['get', 'class'], kind], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': colour, 'line-width': width(base) } },
  ]
  const fill = (id: string, layer: string, kind: string, colour: string) => ({ id, type: 'fill', ...from(layer), filter: ['all', ['==', ['get', 'class'], kind], ['==', ['geometry-type'], 'Polygon']], paint: { 'fill-color': colour } })
  const layers = [
    background,
    fill('park', 'land', 'park', c.park),
    fill('beach', 'land', 'beach', c.beach),
    { id: 'water', type: 'fill', ...from('water'), filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': c.sea } },
    { id: 'stream', type: 'line', ...from('water'), filter: ['==', ['geometry-type'], 'LineString'], paint: { 'line-color': c.sea, 'line-width': width(2) } },
    fill('building', 'land', 'building', c.building),
    { id: 'path', type: 'line', ...from('road'), filter: ['==', ['get', 'class'], 'path'], minzoom: 14, paint: { 'line-color': c.path, 'line-width': 1.2, 'line-dasharray': [3, 1.5] } },
    ...roads('minor', c.minor, 2.4),
    ...roads('middle', c.middle, 3.4),
    ...roads('major', c.major, 4.6),
    { id: 'rail', type: 'line', ...from('rail'), paint: { 'line-color': c.rail, 'line-width': width(1.6) } },
    { id: 'rail-ties', type: 'line', ...from('rail'), minzoom: 13, paint: { 'line-color': c.rail, 'line-width': width(4), 'line-dasharray': [0.2, 2] } },
    { id: 'road-name', type: 'symbol', ...from('road'), minzoom: 14, layout: { ...text, 'symbol-placement': 'line', 'text-size': 11.5, 'symbol-spacing': 320 }, paint: halo },
    { id: 'place-name', type: 'symbol', ...from('place'), layout: { ...text, 'text-size': 12, 'text-max-width': 7, 'text-padding': 6 }, paint: halo },
  ]
  return {
    version: 8,
    sources: {
      area: {
        type: 'vector',
        tiles: [new URL(area.basemap.tiles, location.origin).href.replaceAll('%7B', '{').replaceAll('%7D', '}')],
        minzoom: area.basemap.minzoom,
        maxzoom: area.basemap.maxzoom,
        attribution: area.attributions.join(' · '),
      },
    },
    layers,
  } as StyleSpecification
}

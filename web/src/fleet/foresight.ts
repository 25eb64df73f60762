import type { Schemas } from '../lib/api/client'

const CORNERS = 16
const M_PER_DEGREE = 111_320

/** A ring of [lon, lat] corners around a point: what a closed place looks like to the dispatcher. */
export function circle(lon: number, lat: number, radiusM: number): [number, number][] {
  const north = radiusM / M_PER_DEGREE
  const east = north / Math.cos((lat * Math.PI) / 180)
  return Array.from({ length: CORNERS }, (_, k) => {
    const turn = (2 * Math.PI * k) / CORNERS
    return [lon + east * Math.cos(turn), lat + north * Math.sin(turn)] as [number, number]
  })
}

type Figures = Record<string, unknown>

/** The figures that a dispatcher decides by, in words of the catalogue. */
export function figureRows(figures: Figures, names: Record<string, string>): { name: string; value: string }[] {
  const waiting = (figures.waiting_s ?? {}) as Record<string, number>
  const detour = (figures.detour ?? {}) as Record<string, number>
  const refused = Object.values((figures.refused ?? {}) as Record<string, number>).reduce((a, b) => a + b, 0)
  const all: Record<string, unknown> = { ...figures, refused, wait50: seconds(waiting.p50), wait95: seconds(waiting.p95), detour: detour.p50 }
  return Object.entries(names).map(([key, name]) => ({ name, value: written(key, all[key]) }))
}

export function comparison(seen: Schemas['WhatIfView'], names: Record<string, string>) {
  const now = figureRows(seen.now.figures, names)
  const changed = figureRows(seen.changed.figures, names)
  return now.map((row, k) => ({ name: row.name, now: row.value, changed: changed[k]?.value ?? '–' }))
}

function seconds(value: number | undefined): string {
  if (value === undefined) return '–'
  return `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, '0')}`
}

function written(key: string, value: unknown): string {
  if (typeof value === 'number' && key.endsWith('_share')) return `${Math.round(value * 100)} %`
  return value === undefined || value === null ? '–' : String(value)
}

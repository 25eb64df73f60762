import type { End } from './end'

const KEY = 'maas.favourites'
const MOST = 12

function kept(): End[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]') as End[]
  } catch {
    return []
  }
}

/** Places that somebody keeps in this browser; nobody else learns of them. */
class Favourites {
  all = $state.raw<End[]>(kept())

  has(end: End | null): boolean {
    return end !== null && this.all.some((one) => same(one, end))
  }

  toggle(end: End) {
    this.all = this.has(end) ? this.all.filter((one) => !same(one, end)) : [end, ...this.all].slice(0, MOST)
    localStorage.setItem(KEY, JSON.stringify(this.all))
  }
}

function same(a: End, b: End): boolean {
  return a.placeId !== null || b.placeId !== null ? a.placeId === b.placeId : a.lat === b.lat && a.lon === b.lon
}

export const favourites = new Favourites()

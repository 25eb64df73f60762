/** A place on the map of a feed. */
export interface Point {
  id: string
  lat: number
  lon: number
  kind: string
}

/** Where every vehicle is, as columns. A frame of the server is read in place; nothing is made per vehicle. */
export class Positions {
  ids: string[] = []
  modes: string[] = []
  at = 0
  lat = new Float64Array(0)
  lon = new Float64Array(0)
  speed = new Float32Array(0) // m/s
  mode = new Uint8Array(0) // into `modes`
  battery = new Uint8Array(0) // per cent
  seats = new Uint8Array(0)
  known = new Uint8Array(0) // 1 where a position has been told

  greet(ids: string[], modes: string[]) {
    const n = ids.length
    this.ids = ids
    this.modes = modes
    this.lat = new Float64Array(n)
    this.lon = new Float64Array(n)
    this.speed = new Float32Array(n)
    this.mode = new Uint8Array(n)
    this.battery = new Uint8Array(n)
    this.seats = new Uint8Array(n)
    this.known = new Uint8Array(n)
  }

  /** Take a frame in (its layout: maas/wiring/spread.py); how many vehicles it tells of. */
  take(frame: ArrayBuffer): number {
    const head = new DataView(frame)
    const n = head.getUint32(4, true)
    this.at = head.getFloat64(8, true)
    const lat = new Int32Array(frame, 16, n)
    const lon = new Int32Array(frame, 16 + 4 * n, n)
    const index = new Uint16Array(frame, 16 + 8 * n, n)
    const bytes = new Uint8Array(frame, 16 + 12 * n, 4 * n)
    for (let k = 0; k < n; k++) {
      const v = index[k]!
      this.lat[v] = lat[k]! / 1e6
      this.lon[v] = lon[k]! / 1e6
      this.speed[v] = bytes[k]! / 5
      this.mode[v] = bytes[n + k]!
      this.battery[v] = bytes[2 * n + k]!
      this.seats[v] = bytes[3 * n + k]!
      this.known[v] = 1
    }
    return n
  }

  get moving(): number {
    let n = 0
    for (const speed of this.speed) if (speed > 0) n++
    return n
  }

  /** The vehicle nearest to a point of the map within so many degrees of longitude; -1 for none. */
  nearest(lon: number, lat: number, within: number): number {
    const flat = Math.cos((lat * Math.PI) / 180)
    let best = within * within
    let found = -1
    for (let v = 0; v < this.ids.length; v++) {
      if (!this.known[v]) continue
      const x = this.lon[v]! - lon
      const y = (this.lat[v]! - lat) / flat
      if (x * x + y * y < best) [best, found] = [x * x + y * y, v]
    }
    return found
  }
}

/** Keeps `positions` as the server tells them until the returned function is called. */
export function followPositions(positions: Positions, changed: () => void, connected: (yes: boolean) => void): () => void {
  let socket: WebSocket | undefined
  let gone = false
  let wait = 1000
  const open = () => {
    socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/v1/shuttle/stream?form=packed`)
    socket.binaryType = 'arraybuffer'
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      performance.mark('positions')
      if (typeof data === 'string') {
        const told = JSON.parse(data) as { ids: string[]; modes: string[] }
        positions.greet(told.ids, told.modes)
        connected(true)
        wait = 1000
      } else if (positions.take(data)) changed()
      performance.measure('positions taken', 'positions')
    }
    socket.onclose = () => {
      if (gone) return
      connected(false)
      setTimeout(open, wait)
      wait = Math.min(2 * wait, 30_000)
    }
  }
  open()
  return () => {
    gone = true
    socket?.close()
  }
}

import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from 'maplibre-gl'
import type { Positions } from './positions'

const VERTEX = `#version 300 es
uniform mat4 matrix;
uniform float size;
uniform int chosen;
uniform vec3 colours[8];
in vec2 place;
in float mode;
out vec3 colour;
out float ring;
void main() {
  bool mine = gl_VertexID == chosen;
  gl_Position = matrix * vec4(place, 0.0, 1.0);
  gl_PointSize = mine ? size * 1.7 : size;
  colour = colours[int(mode)];
  ring = mine ? 0.26 : 0.18;
}`

const FRAGMENT = `#version 300 es
precision mediump float;
in vec3 colour;
in float ring;
out vec4 pixel;
void main() {
  float r = length(gl_PointCoord - 0.5) * 2.0;
  float inside = 1.0 - smoothstep(0.92, 1.0, r);
  float white = smoothstep(1.0 - 2.0 * ring, 1.0 - 1.6 * ring, r);
  vec3 c = mix(colour, vec3(1.0), white);
  pixel = vec4(c * inside, inside);
}`

/** Modes in the order of the server's greeting get these; each mode also has a name in the list. */
const COLOURS: Record<string, [number, number, number]> = {
  off: [0.42, 0.47, 0.5],
  service: [0.03, 0.45, 0.29],
  drawing_in: [0.45, 0.33, 0.62],
  charging: [0.12, 0.38, 0.66],
  inspection: [0.62, 0.41, 0.05],
  stopped: [0.72, 0.1, 0.09],
}

/** All vehicles as one draw call: an update fills one buffer, whatever their number. */
export class Dots implements CustomLayerInterface {
  readonly id = 'dots'
  readonly type = 'custom'
  readonly renderingMode = '2d'
  chosen = -1
  #positions: Positions
  #map: MapLibre | undefined
  #program: WebGLProgram | undefined
  #places: WebGLBuffer | undefined
  #modes: WebGLBuffer | undefined
  #array: WebGLVertexArrayObject | undefined
  #xy = new Float32Array(0)
  #mode = new Float32Array(0)
  #origin: [number, number]
  #stale = true

  constructor(positions: Positions, centre: [number, number]) {
    this.#positions = positions
    this.#origin = mercator(centre[0], centre[1])
  }

  /** Show other positions (those of a replay), or the same ones after they changed. */
  show(positions: Positions) {
    this.#positions = positions
    const n = positions.ids.length
    if (this.#xy.length !== 2 * n) {
      this.#xy = new Float32Array(2 * n)
      this.#mode = new Float32Array(n)
    }
    for (let v = 0; v < n; v++) {
      const [x, y] = mercator(positions.lon[v]!, positions.lat[v]!)
      // Relative to the centre: single precision is a metre off on the whole world, nothing on a city.
      this.#xy[2 * v] = positions.known[v] ? x - this.#origin[0] : 9
      this.#xy[2 * v + 1] = y - this.#origin[1]
      this.#mode[v] = positions.mode[v]!
    }
    this.#stale = true
    this.#map?.triggerRepaint()
  }

  onAdd(map: MapLibre, gl: WebGLRenderingContext | WebGL2RenderingContext) {
    if (!(gl instanceof WebGL2RenderingContext)) throw new Error('this map needs WebGL 2')
    this.#map = map
    const program = gl.createProgram()
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
      const shader = gl.createShader(kind)
      if (!shader) return // the context was lost; the map adds the layer again
      gl.shaderSource(shader, source)
      gl.compileShader(shader)
      gl.attachShader(program, shader)
    }
    gl.linkProgram(program)
    this.#program = program
    this.#places = gl.createBuffer()
    this.#modes = gl.createBuffer()
    this.#array = gl.createVertexArray()
    gl.bindVertexArray(this.#array)
    for (const [buffer, name, size] of [[this.#places, 'place', 2], [this.#modes, 'mode', 1]] as const) {
      const at = gl.getAttribLocation(program, name)
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
      gl.enableVertexAttribArray(at)
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, 0, 0)
    }
    gl.bindVertexArray(null)
    this.#stale = true
  }

  render(gl: WebGLRenderingContext | WebGL2RenderingContext, input: CustomRenderMethodInput) {
    if (!(gl instanceof WebGL2RenderingContext) || !this.#program || !this.#xy.length) return
    gl.useProgram(this.#program)
    gl.bindVertexArray(this.#array ?? null)
    if (this.#stale) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#places ?? null)
      gl.bufferData(gl.ARRAY_BUFFER, this.#xy, gl.DYNAMIC_DRAW)
      gl.bindBuffer(gl.ARRAY_BUFFER, this.#modes ?? null)
      gl.bufferData(gl.ARRAY_BUFFER, this.#mode, gl.DYNAMIC_DRAW)
      this.#stale = false
    }
    const at = (name: string) => gl.getUniformLocation(this.#program!, name)
    gl.uniformMatrix4fv(at('matrix'), false, moved(input.defaultProjectionData.mainMatrix, this.#origin))
    gl.uniform1f(at('size'), Math.max(8, Math.min(18, 4 * ((this.#map?.getZoom() ?? 14) - 10))) * devicePixelRatio)
    gl.uniform1i(at('chosen'), this.chosen)
    gl.uniform3fv(at('colours'), palette(this.#positions.modes))
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    gl.drawArrays(gl.POINTS, 0, this.#mode.length)
    gl.bindVertexArray(null)
  }
}

function palette(modes: string[]): Float32Array {
  const all = new Float32Array(24)
  modes.slice(0, 8).forEach((mode, k) => all.set(COLOURS[mode] ?? [0.3, 0.3, 0.3], 3 * k))
  return all
}

/** Web Mercator on the unit square. */
function mercator(lon: number, lat: number): [number, number] {
  const s = Math.sin((lat * Math.PI) / 180)
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)]
}

/** The matrix after a shift by `origin`, computed in double precision. */
function moved(matrix: ArrayLike<number>, origin: [number, number]): Float32Array {
  const m = Float32Array.from(matrix)
  for (let row = 0; row < 4; row++) {
    m[12 + row] = matrix[row]! * origin[0] + matrix[4 + row]! * origin[1] + matrix[12 + row]!
  }
  return m
}

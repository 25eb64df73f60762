/** A media type whose every line is JSON. */
export const LINES = 'application/x-ndjson'

/** Each line as soon as it is whole. Whoever stops early ends the answer, too. */
export async function* lines<T>(stream: ReadableStream<Uint8Array>): AsyncGenerator<T> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const whole = (rest + decoder.decode(value, { stream: !done })).split('\n')
      rest = whole.pop() ?? ''
      for (const line of whole) if (line) yield JSON.parse(line) as T
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Scroll a row sideways, and nothing else, until this part of it is in its middle. */
export function inView(row: HTMLElement, part: HTMLElement | null) {
  if (!part || row.scrollWidth <= row.clientWidth) return
  const off = part.getBoundingClientRect().left - row.getBoundingClientRect().left
  row.scrollLeft += off - (row.clientWidth - part.offsetWidth) / 2
}

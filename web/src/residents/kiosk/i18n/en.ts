import type { Kiosk } from './ja'

const words: Kiosk = {
  whereTo: 'Where do you want to go?',
  whereFrom: 'Where do you start?',
  from: (name) => `From ${name}`,
  hint: 'Choose with the arrow keys, then press OK',
  byLetters: 'Find by letters',
  otherStart: 'Start somewhere else',
  back: 'Back',
  home: 'Start over',
  erase: 'Erase',
  kana: 'かな',
  latin: 'ABC',
  letters: 'Letters',
  typed: 'Typed so far',
  nothing: 'Nothing found',
  ways: (to) => `Ways to ${to}`,
  searching: 'Searching…',
  noWay: 'No way was found.',
  steps: 'Step by step',
  take: 'Take it with you',
  takeHint: 'Point your phone’s camera at the code: the same way opens there, ready to be booked and paid.',
  codeFor: 'QR code that opens this way',
  failed: 'No connection. Wait a moment and choose again.',
  away: (seconds) => `Back to the first screen in ${seconds} seconds. Press any key to go on.`,
  language: 'Language',
}

export default words

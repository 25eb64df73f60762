import type { FleetWords } from './ja'
import ja from './ja'

/** The words of this console are those of a trade; what can be plainer is. */
const words: FleetWords = {
  ...ja,
  title: '車の しごと',
  noPlan: 'よていは ありません',
  noAlarms: 'あぶない ことは ありません。',
  nobodyHarmed: 'こまる 人は いません。',
  noPast: 'この日の きろくは ありません。',
  backToLive: '今に もどる',
}

export default words

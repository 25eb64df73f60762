import type { Kiosk } from './ja'

const words: Kiosk = {
  whereTo: 'どこへ 行きますか',
  whereFrom: 'どこから 行きますか',
  from: (name) => `出る ところ：${name}`,
  hint: 'やじるしで えらんで、OKを おしてください',
  byLetters: '字で さがす',
  otherStart: '出る ところを かえる',
  back: '前へ もどる',
  home: 'はじめから',
  erase: '1つ けす',
  kana: 'かな',
  latin: 'ABC',
  letters: '字を えらぶ ところ',
  typed: 'えらんだ 字',
  nothing: 'ありません',
  ways: (to) => `${to}へ 行く 行きかた`,
  searching: 'さがしています…',
  noWay: '行きかたが ありません。',
  steps: 'じゅんばん',
  take: 'スマホで 見る',
  takeHint: 'スマホの カメラで これを 見てください。同じ 行きかたが 出ます。スマホで よやくできます。',
  codeFor: 'この 行きかたの QRコード',
  failed: 'つながりません。すこし まって、もう一ど えらんでください。',
  away: (seconds) => `${seconds}びょうで はじめに もどります。つづけるときは 何か おしてください。`,
  language: 'ことば',
}

export default words

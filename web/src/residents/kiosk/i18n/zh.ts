import type { Kiosk } from './ja'

const words: Kiosk = {
  whereTo: '您要去哪里？',
  whereFrom: '您从哪里出发？',
  from: (name) => `出发：${name}`,
  hint: '用方向键选择，然后按确定',
  byLetters: '按字母查找',
  otherStart: '更改出发地',
  back: '返回',
  home: '重新开始',
  erase: '删除一个字',
  kana: 'かな',
  latin: 'ABC',
  letters: '字母',
  typed: '已输入',
  nothing: '没有找到',
  ways: (to) => `前往${to}的路线`,
  searching: '正在查找…',
  noWay: '没有找到路线。',
  steps: '路线步骤',
  take: '带到手机上',
  takeHint: '用手机相机扫描，即可打开同一路线，并可预订和付款。',
  codeFor: '打开此路线的二维码',
  failed: '无法连接。请稍候再选择。',
  away: (seconds) => `${seconds}秒后返回首页。按任意键继续。`,
  language: '语言',
}

export default words

import type { Kiosk } from './ja'

const words: Kiosk = {
  whereTo: '어디로 가시나요?',
  whereFrom: '어디에서 출발하시나요?',
  from: (name) => `출발: ${name}`,
  hint: '화살표로 고르고 확인을 누르세요',
  byLetters: '글자로 찾기',
  otherStart: '출발지 바꾸기',
  back: '뒤로',
  home: '처음부터',
  erase: '한 글자 지우기',
  kana: 'かな',
  latin: 'ABC',
  letters: '글자판',
  typed: '입력한 글자',
  nothing: '찾을 수 없습니다',
  ways: (to) => `${to}(으)로 가는 길`,
  searching: '찾는 중…',
  noWay: '가는 길을 찾지 못했습니다.',
  steps: '순서대로',
  take: '휴대폰으로 가져가기',
  takeHint: '휴대폰 카메라로 읽으면 같은 길이 열립니다. 예약과 결제는 휴대폰에서 할 수 있습니다.',
  codeFor: '이 길을 여는 QR 코드',
  failed: '연결되지 않습니다. 잠시 후 다시 골라 주세요.',
  away: (seconds) => `${seconds}초 후 첫 화면으로 돌아갑니다. 계속하려면 아무 키나 누르세요.`,
  language: '언어',
}

export default words

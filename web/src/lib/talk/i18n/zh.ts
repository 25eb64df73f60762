import type { TalkWords } from './ja'

const words: TalkWords = {
  callTitle: '与监护员通话',
  sayTitle: '与车内乘客通话',
  lead: '车上没有乘务员。信息会立即送达远程监护员。',
  said: '对话',
  nothing: '还没有对话。',
  supervisor: '监护员',
  rider: '乘客',
  you: '我',
  own: '自己的话',
  send: '发送',
  answer: '仅发给最后呼叫的乘客',
  phrases: {
    stopped_safely: '为了安全，车辆已停下。',
    going_on_soon: '马上继续行驶。',
    help_is_coming: '救援正在赶来。',
    please_alight: '车门打开后请下车。',
    are_you_well: '您还好吗？',
    all_is_well: '我没事。',
    what_happens: '发生了什么事？',
    unwell: '我不舒服。',
    need_help: '请帮帮我。',
    let_me_out: '请让我下车。',
  },
}

export default words

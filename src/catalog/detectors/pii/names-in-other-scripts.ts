import type { Sighting } from './rules.ts'

const chineseSurnames =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭葉蘇魏呂盧鍾譚陸範賈鄒錢嚴龔賀顧湯'
const koreanSurnames =
  '김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용'
const japaneseSurnames =
  '佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|斎藤|斉藤|清水|山崎|阿部|森|池田|橋本|山下|石川|中島|前田|藤田|小川|岡田|後藤|長谷川|村上|近藤|石井|坂本|遠藤|青木|藤井|西村|福田|太田|三浦|藤原|岡本|松田|中川|中野|原田|小野|田村|竹内|金子|和田|中山|石田|上田|森田|柴田|酒井|工藤|横山|宮崎|宮本|内田|高木|安藤|島田|谷口|大野|高田|丸山|今井|河野|藤本|村田|武田|上野|杉山|増田|菅原|平野|大塚|小島|千葉|久保|松井|岩崎|桜井|野口|松尾|野村|木下|菊地|佐野|大西|杉本|新井|浜田|市川|古川|水野|小松|島|山内|西田|菊池|西川|北村|五十嵐|安田|中田|川口|東|平田|川崎|飯田|吉川|本田|久保田|沢田|辻|関|吉村|渡部|岩田|中西|服部|樋口|福島|川上|永井|松岡|田口|山中|森本|土屋|矢野|秋山|石原|松下|大橋|馬場|吉岡|広瀬|小池|浅野|荒木|大久保|野田|熊谷|松浦|川村'
const kanji = String.raw`[\u4e00-\u9fff々]`

/** The name is the first group. What stands around it says that it is one. Lists of names are slow: `needs` is looked for first. */
const patterns: readonly [RegExp, number, needs?: RegExp][] = [
  [
    new RegExp(
      `(?:我叫|我是|我的名字是|名叫|姓名[是为：:\\s]{1,3}|联系人[：:\\s]{0,3}|收件人[：:\\s]{0,3}|客户[：:]|患者[：:]?|病人[：:]?|员工[：:]|聯絡人[：:\\s]{0,3}|我的名字叫|叫做)([${chineseSurnames}]${kanji}{1,2}?)(?=[，。,.、！!？?；;\\s）)]|的|是|在|和|先生|女士|$)`,
      'gu',
    ),
    0.85,
  ],
  [
    new RegExp(
      `([${chineseSurnames}]${kanji}{0,2})(?=先生|女士|小姐|医生|醫生|教授|老师|老師|经理|經理|律师|同学|总监)`,
      'gu',
    ),
    0.8,
  ],
  [
    new RegExp(
      `(?:氏名|名前|お名前|担当者?|宛名|患者名|顧客名|契約者)[はがを：:\\s]{0,3}((?:${japaneseSurnames})[ 　]?[\\u4e00-\\u9fff々\\u3041-\\u30ff]{1,4}?)(?=です|と申|さん|様|氏|[、。,.\\s)）]|$)`,
      'gu',
    ),
    0.85,
  ],
  [
    new RegExp(
      `((?:${japaneseSurnames})(?:[ 　]?[\\u4e00-\\u9fff々]{1,3})?)(?=さん|様|氏|先生|くん|君|ちゃん|と申します|といいます|です)`,
      'gu',
    ),
    0.75,
    /さん|様|氏|先生|くん|君|ちゃん|と申します|といいます|です/,
  ],
  [
    new RegExp(`((?:${japaneseSurnames})[ 　][\\u4e00-\\u9fff々\\u3041-\\u309f]{1,3})(?![\\u4e00-\\u9fff])`, 'gu'),
    0.7,
    /[\u4e00-\u9fff々][ \u3000]/,
  ],
  [
    new RegExp(
      `(?:이름은|성명[은:：\\s]{1,3}|이름[:：\\s]{1,3}|저는|제 이름은|고객명?[:：\\s]{1,3}|환자[:：\\s]{1,3}|담당자[:：\\s]{0,3}|수신[:：\\s]{1,3})\\s{0,2}([${koreanSurnames}][가-힣]{1,2})(?=입니다|이고|이며|라고|이라고|예요|이에요|님|씨|[,.\\s]|$)`,
      'gu',
    ),
    0.85,
  ],
  [
    new RegExp(
      `(?<![가-힣])([${koreanSurnames}][가-힣]{2})(?= ?(?:씨|님|선생님|과장|부장|대리|사장|교수|박사|팀장)(?![가-힣]{2}))`,
      'gu',
    ),
    0.8,
  ],
  [
    /(?:اسمي|اسمه|اسمها|الاسم\s?[:：]?|السيدة?|المريضة?|العميلة?|أنا)\s{1,2}([\u0621-\u064a]{2,12}(?:\s(?:بن|بنت|أبو|عبد|آل)\s[\u0621-\u064a]{2,12}|\s(?!و|هو|هي|في|من|على|إلى)[\u0621-\u064a]{2,12}){0,2})/gu,
    0.75,
  ],
  [
    /(?:שמי|קוראים לי|שם מלא\s?:?|שם\s?:|מר|גברת|ד"ר|הלקוחה?|המטופלת?)\s{1,2}([\u05d0-\u05ea'"]{2,12}(?:[ -][\u05d0-\u05ea'"]{2,14}){0,2})/gu,
    0.75,
  ],
  [
    /(?:मेरा नाम|नाम\s?[:：]|श्रीमती|श्री|डॉ\.?|रोगी|ग्राहक)\s{1,2}([\u0900-\u097f]{2,14}(?:\s(?!है|और|ने|को|का|की)[\u0900-\u097f]{2,14}){0,2})/gu,
    0.8,
  ],
  [/(?:นาย|นางสาว|นาง|คุณ|ชื่อ)\s{0,2}([\u0e01-\u0e4e]{2,20}(?:\s[\u0e01-\u0e4e]{2,20})?)/gu, 0.6],
]

/** Names in scripts without capitals: only where a text says that one stands there. */
export function namesInOtherScripts(text: string): Sighting[] {
  const found: Sighting[] = []
  for (const [pattern, score, needs] of patterns) {
    if (needs?.test(text) === false) continue
    pattern.lastIndex = 0
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const name = match[1] ?? ''
      const start = match.index + match[0].lastIndexOf(name)
      if (name.length > 1 || score > 0.75)
        found.push({ rule: 'person-name', category: 'identity', score, start, end: start + name.length })
    }
  }
  return found
}

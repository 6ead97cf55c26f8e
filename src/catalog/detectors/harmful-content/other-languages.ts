/** Letters beyond ASCII are no `\w`, so words end where letters do. */
import { type HarmRule, harmExpression } from './harm-rule.ts'
import { dutch, french, german, italian, type Language, portuguese, spanish } from './languages.ts'

/** Computers, parties and what keeps from harm, in all of them. */
const harmless =
  /linux|процесс|prozess|processus|proceso|processo|unix|docker|minecraft|badebombe|bain|baño|bagno|banho|schützen|schutz|verhinder|vermeid|hilf(?:t|e)|helfen|protéger|éviter|prévenir|aider|evitar|prevenir|proteger|ayud[oae]r?\b(?!me)|aiutare|proteggere|evitare|ajudar|helpen|beschermen|voorkomen|roman|novela|película|romanzo|geschichte|histoire|historia|storia|cucarachas|hormigas|formigas|insect|zeit|temps|tiempo|tempo/i

function ruleOf(rule: string, score: number, ...alternatives: readonly string[]): HarmRule {
  return {
    rule,
    score,
    harm: alternatives.map((part) => harmExpression(String.raw`(?<![\p{L}\p{N}_])(?:${part})(?![\p{L}\p{N}_])`, 'giu')),
    frames: [],
    excuses: ['play'],
    lifted: harmless,
  }
}

/** The verb stands right behind it. */
const how = '(?:wie|hoe|comment|c[óo]mo|come|como|onde|d[óo]nde|wo|waar|dove)(?: se| si| on)?'

function rulesOf(language: Language): readonly HarmRule[] {
  const { ask, kill, person, will, all, seduce, minor, make, bomb, obtain, drug } = language
  /** Verbs of which one form says that somebody will. */
  const told = kill
    .split('|')
    .filter((verb) => verb.includes('[òo]'))
    .join('|')
  return [
    ruleOf(
      'violence',
      0.85,
      `${how} (?:${kill}) .{0,20}?(?:${person})`,
      `(?:${ask})(?![\\p{L}]).{0,40}?(?<!\\p{L})(?:${kill}) .{0,20}?(?:${person})`,
      `(?:${ask})(?![\\p{L}]).{0,40}?(?<!\\p{L})(?:${person})(?!\\p{L}).{0,20}?(?<!\\p{L})(?:${kill})`,
    ),
    ruleOf(
      'threats',
      0.85,
      `(?:${will})(?!\\p{L}).{0,40}?(?<!\\p{L})(?:${kill}) .{0,20}?(?:${all})`,
      `(?:${will})(?!\\p{L}).{0,40}?(?<!\\p{L})(?:${all})(?!\\p{L}).{0,20}?(?<!\\p{L})(?:${kill})`,
      ...(told === '' ? [] : [`(?:${told}) (?:${all})`]),
    ),
    ruleOf('self-harm', 0.9, language.dieByPills),
    ruleOf('self-harm', 0.9, `(?:${ask})(?!\\p{L}).{0,40}?(?<!\\p{L})(?:${language.suicide})`),
    ruleOf('self-harm', 0.95, language.urge),
    ruleOf(
      'hate',
      0.85,
      `(?:${language.groups}) ${language.vermin}`,
      ...(language.verminLast === undefined ? [] : [`(?:${language.groups}) ${language.verminLast}`]),
    ),
    ruleOf(
      'sexual-minors',
      0.95,
      `(?:${seduce})(?!\\p{L}).{0,40}?(?<!\\p{L})(?:${minor})`,
      `(?:${ask})(?!\\p{L}).{0,30}?(?:${minor})(?!\\p{L}).{0,30}?(?<!\\p{L})(?:${seduce})`,
    ),
    ruleOf(
      'weapons',
      0.9,
      `${how} (?:${make}) .{0,25}?(?:${bomb})`,
      `(?:${ask})(?!\\p{L}).{0,40}?(?<!\\p{L})(?:${make}) .{0,25}?(?:${bomb})`,
      `(?:${ask})(?!\\p{L}).{0,30}?(?<!\\p{L})(?:${bomb})(?!\\p{L}).{0,20}?(?<!\\p{L})(?:${make})`,
      `(?:${ask})(?!\\p{L}).{0,20}?(?<!\\p{L})bombenbau`,
    ),
    ruleOf(
      'illegal-drugs',
      0.85,
      `${how} (?:${obtain}) .{0,25}?(?:${drug})`,
      `(?:${ask})(?!\\p{L}).{0,40}?(?<!\\p{L})(?:${obtain}) .{0,20}?(?:${drug})`,
      `(?:${ask})(?!\\p{L}).{0,40}?(?<!\\p{L})(?:${drug})(?!\\p{L}).{0,20}?(?<!\\p{L})(?:${obtain})`,
      `o[uù] (?:${obtain}) .{0,12}?(?:${drug})`,
    ),
    ruleOf('cyber-crime', 0.85, language.hack),
    ruleOf('fraud', 0.85, `(?:${ask})(?!\\p{L}).{0,40}?(?<!\\p{L})(?:${language.fraud})`),
  ]
}

/** Languages in which words are not set apart, or are inflected, have whole expressions. */
const further: readonly HarmRule[] = [
  ruleOf(
    'violence',
    0.85,
    '(?:как|чем|помоги|хочу) .{0,30}?(?:отравить|убить|зарезать|похитить|задушить) .{0,20}?(?:муж|жен|мать|отц|брат|сестр|босс|начальник|сосед|человек|люд|девушк|парн|учител|ребенк|ребёнк|детей)\\p{L}*',
  ),
  ruleOf(
    'threats',
    0.85,
    'я .{0,20}?(?:убью|взорву|застрелю|зарежу)(?: .{0,20}?(?:всех|тебя|вас|его|е[её]|школ\\p{L}*))?',
    '(?:убью|застрелю|зарежу) (?:всех|тебя|вас|его|е[её])',
  ),
  ruleOf(
    'self-harm',
    0.95,
    'убей себя',
    'повесься',
    '(?:как|хочу) .{0,20}?(?:убить себя|совершить самоубийство|покончить с собой)',
    'сколько таблеток .{0,30}?(?:умереть|смерт\\p{L}*)',
  ),
  ruleOf(
    'hate',
    0.85,
    '(?:евреи|мигранты|мусульмане|геи|цыгане|негры)(?: —| -)? (?:это )?(?:паразиты|животные|крысы|тараканы|недочеловеки|мусор|должны умереть)',
  ),
  ruleOf('weapons', 0.9, '(?:как|рецепт|инструкция) .{0,30}?(?:бомбу|взрывчатк\\p{L}*|зарин|коктейль молотова)'),
  ruleOf(
    'illegal-drugs',
    0.85,
    '(?:как|где|хочу) .{0,20}?(?:купить|сварить|сделать|продать|достать|приготовить) .{0,20}?(?:героин|кокаин|метамфетамин|наркотик|мефедрон)\\p{L}*',
  ),
  ruleOf(
    'cyber-crime',
    0.85,
    'как .{0,20}?взломать .{0,30}?(?:аккаунт|страниц|почт|телефон|инстаграм|вайфай|wifi)\\p{L}*',
  ),
  ruleOf(
    'weapons',
    0.9,
    '(?:jak|przepis na|instrukcja|naucz mnie|powiedz mi) .{0,30}?(?:z?budować|zrobić|robi się|skonstruować|zbudowac|zrobic|wyprodukować|przygotować) .{0,25}?(?:bomb[ęey]|ładunek wybuchowy|sarin|koktajl mołotowa)',
  ),
  wordless(
    'violence',
    0.85,
    '(?:怎么|如何|怎样).{0,12}?(?:毒死|杀死|谋杀|绑架|杀掉).{0,12}?(?:丈夫|妻子|老公|老婆|人|老板|邻居|孩子|父母|母亲|父亲|女友|男友)',
    '(?:怎么|如何|怎样)杀人',
  ),
  wordless(
    'threats',
    0.85,
    '我(?:要|会|想|明天要).{0,10}?(?:杀了|杀光|炸掉|杀死).{0,10}?(?:你|他|她|所有人|大家|学校|全班)',
  ),
  wordless(
    'self-harm',
    0.95,
    '(?:你|快)(?:快)?(?:去死|去自杀|自杀吧)',
    '(?:怎么|如何|怎样).{0,8}?自杀',
    '(?:多少|几片|几颗).{0,12}?(?:安眠药|药).{0,12}?(?:死|致命)',
    '吃多少.{0,12}?(?:会死|才能死)',
  ),
  wordless(
    'hate',
    0.85,
    '(?:犹太人|黑人|穆斯林|移民|同性恋者?)(?:都)?(?:是|应该|该)(?:.{0,3})?(?:寄生虫|害虫|畜生|垃圾|老鼠|劣等|去死|被杀|被消灭)',
  ),
  wordless('weapons', 0.9, '(?:怎么|如何|怎样|教我).{0,12}?(?:制作|制造|做|造|合成).{0,8}?(?:炸弹|炸药|沙林|燃烧瓶)'),
  wordless(
    'illegal-drugs',
    0.85,
    '(?:怎么|如何|怎样|哪里|在哪).{0,12}?(?:买|制作|制造|卖|做).{0,8}?(?:海洛因|冰毒|可卡因|毒品|芬太尼)',
  ),
  wordless(
    'cyber-crime',
    0.85,
    '(?:怎么|如何|怎样).{0,12}?(?:黑进|破解|盗取|入侵|盗).{0,12}?(?:账号|账户|密码|手机|微信|邮箱|银行)',
  ),
]

function wordless(rule: string, score: number, ...alternatives: readonly string[]): HarmRule {
  return {
    ...ruleOf(rule, score),
    harm: alternatives.map((part) => harmExpression(part, 'gu')),
    lifted: /防止|预防|保护|进程|游戏|小说|历史/u,
  }
}

export const otherLanguageRules: readonly HarmRule[] = [
  ...[german, french, spanish, italian, portuguese, dutch].flatMap(rulesOf),
  ...further,
]

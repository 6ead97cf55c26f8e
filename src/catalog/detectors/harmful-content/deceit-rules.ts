import { actOn, expression, type HarmRule } from './harm-rule.ts'
import { onlyAPerson } from './persons.ts'

const account =
  '(?:accounts?|phones?|e-?mails?|gmail|icloud|wi-?fi|computers?|laptops?|networks?|servers?|facebook|instagram|insta|snapchat|whatsapp|tiktok|twitter|discord|telegram|netflix|bank|webcams?|cameras?|systems?|databases?|websites?|routers?|atms?|cars?|power grid|grid|passwords?|hospital|school)'
const whose = String.raw`(?:(?:an?|the|my|your|his|her|their|some|any|other|our|this|that|of|someone(?: else)?['’]?s?|somebody['’]?s?|other people['’]?s?|people['’]?s?) ){0,3}(?:[\w'’]+ ){0,2}?`
const malware = String.raw`(?:ransomware|malware|keyloggers?|botnets?|trojans?|rootkits?|spyware|stalkerware|computer (?:virus(?:es)?|worms?)|(?:virus|worm)(?:es|s)? (?:that|which|to)|zero-day exploits?|info-?stealers?|backdoors?|reverse shells? (?:for|on) (?:a |my )?victim\w*|crypters?|wipers?)\b(?! (?:detect\w*|analy\w*|scanner|removal|sample|signatures?|protection|policy|simulat\w*|report|incident|attacks? (?:work|on)))`
const phishing = String.raw`phishing (?:\w+ )?(?:e-?mails?|pages?|sites?|websites?|kits?|campaigns?|messages?|texts?|sms|templates?|links?)`
const write =
  'writ(?:e|ing)|creat(?:e|ing)|build(?:ing)?|mak(?:e|ing)|cod(?:e|ing)|develop(?:ing)?|generat(?:e|ing)|program(?:ming)?|design(?:ing)?|deploy(?:ing)?|spread(?:ing)?|distribut(?:e|ing)|send(?:ing)?|launch(?:ing)?|install(?:ing)?|us(?:e|ing)|give me|draft(?:ing)?|craft(?:ing)?|produc(?:e|ing)|compos(?:e|ing)|buy(?:ing)?|sell(?:ing)?|run(?:ning)?|inject(?:ing)?|infect(?:ing)? .{0,20}with|here(?:.s| is)'
const defence =
  /\b(?:awareness|train(?:ing)? (?:staff|employees|users)|simulat\w*|yara|sigma rule|siem|edr|mitre|att&ck|analy[sz]\w+|sandbox|honeypot|incident|classif\w+|dataset|detector|filter|forensic\w*|my own|our own|pentest\w*|penetration test\w*|ctf|recognis\w+|recogniz\w+|forgot|recover|quarantine|scan(?:ner|ning)?|emulat\w*|threat intelligence|security team|blue team|defenders?|examples? of|used in|got hacked|was hacked|metaphors?|essay|history|quiz|poster|presentation|compar\w+)\b/i

export const deceitRules: readonly HarmRule[] = [
  {
    rule: 'cyber-crime',
    score: 0.85,
    harm: expression(
      actOn(write, `${malware}|${phishing}`, 30),
      actOn(
        'perform(?:ing)?|do(?:ing)?|start(?:ing)?|carry(?:ing)? out|execut(?:e|ing)|launch(?:ing)?|run(?:ning)?|organi[sz](?:e|ing)|writ(?:e|ing)|creat(?:e|ing)|build(?:ing)?|mak(?:e|ing)|cod(?:e|ing)|give me',
        '(?:ddos|denial[- ]of[- ]service) (?:attacks?|tool|script|bot)|ddos(?=[ .!?]|$)|credential stuffing',
        30,
      ),
      String.raw`ddos(?:ing)? (?:an? |the |my |this |someone)\w*`,
      actOn(
        write,
        String.raw`(?:fake|cloned?|spoofed|lookalike) (?:\w+ )?(?:login|sign-?in|bank\w*|paypal) ?(?:pages?|sites?|websites?|forms?)`,
        30,
      ),
      actOn(
        'code|script|program|software|tool|app',
        'encrypts? .{0,30}?\\b(?:asks?|demands?|bitcoin|ransom)|spreads? (?:itself|through)',
        40,
      ),
      actOn(
        'code|script|program|software|tool|app|extension|virus|worm|page|site|website|bot',
        String.raw`(?:logs?|records?|captures?) (?:all )?(?:keystrokes|keyboard|every key)|(?:steal|collect|harvest|grab|captur|exfiltrat)\w* .{0,30}?\b(?:passwords?|logins?|credentials|credit cards?|cookies|card (?:numbers|details))|(?:delet|wip|destroy|encrypt|corrupt)\w* .{0,30}?\b(?:files|hard drives?|disks?|data) .{0,20}?\b(?:of|on) (?:\w+ ){0,2}?(?:victims?|infected|other|someone|their|all)|(?:tracks?|records?|spies|spy|listens?|monitors?) .{0,40}?without (?:their |his |her |the user['’]s )?(?:consent|knowledge|permission|knowing)|disables? (?:the )?antivirus|wip(?:es|e|ing) (?:any|every|all) \w+|bypass\w* (?:antivirus|edr|defender)`,
        60,
      ),
      String.raw`looks? like (?:it is from |it['’]s from )?(?:the |a |my )?[\w ]{2,30}?(?:and|that|to) (?:asks?|steals?|collects?|gets?|trick\w*) .{0,30}?\b(?:card|password|login|credential|pin|bank|account|data)\w*`,
      String.raw`dump(?:ing|s)? (?:the |all )?(?:customers?|users?|passwords?|database|credit cards?|accounts?)\b.{0,20}?\b(?:of|from) (?:this|that|their|the|an?|his|someone)|(?:victim|target)['’]s (?:machine|computer|pc|phone|network|device)`,
      String.raw`infect(?:ing)? (?:[\w'’]+ ){0,4}?(?:computers?|machines?|phones?|devices?|network) with`,
    ),
    frames: ['asked', 'made', 'meant'],
    excuses: ['purpose', 'play', 'telling'],
    lifted: defence,
  },
  {
    rule: 'cyber-crime',
    score: 0.85,
    harm: expression(
      String.raw`(?:hack(?:ing)?|crack(?:ing)?|hijack(?:ing)?|brute[- ]?forc(?:e|ing)|defac(?:e|ing))(?: in)?(?:to)? ${whose}${account}\b`,
      String.raw`(?:break|get|log|sneak|tap)(?:ting|ging|ing)? in(?:to)? (?:an? |the |my |someone['’]?s? |somebody['’]?s? |his |her |their )(?:[\w-]+['’]s? )(?:\w+ )?${account}\b|(?:break|sneak)(?:ing)? into (?:an? |the )(?:\w+ ){0,2}?(?:network|server|database|system|computer|account)s?`,
      String.raw`(?:tak(?:e|ing) over|access|read|open|unlock) (?:someone(?: else)?['’]s|somebody['’]s|my (?:ex|wife|husband|girlfriend|boyfriend|boss|neighbou?r|friend|partner|coworker|colleague|teacher|mom|mum|gf|bf)[\w-]*['’]s?|his|her|other people['’]s) (?:\w+ ){0,2}?${account}\b(?:.{0,30}?\b(?:without|secretly|password))?`,
      String.raw`(?:exploit|compromise|breach|infiltrat|penetrat)(?:e|ing)? (?:my |the |an? )?(?:[\w'’]+ ){0,2}?(?:school|company|bank|hospital|government|university|employer|server|network|database|website)(?:['’]s)?|(?:chang|alter|modify)(?:e|ing)? (?:my|his|her|the) grades?|(?:get|find|figure out|guess|recover|obtain|learn) (?:someone(?: else)?['’]?s?|somebody['’]?s?|his|her|my (?:ex|wife|husband|girlfriend|boyfriend|boss|neighbou?r|friend|partner|coworker|colleague|teacher|roommate)[\w-]*['’]s?|other people['’]?s?) (?:\w+ ){0,2}?passwords?|bypass(?:ing)? (?:the )?(?:2fa|two-factor|mfa|icloud lock|activation lock)`,
      String.raw`min(?:e|es|ing) (?:crypto\w*|bitcoin|monero) .{0,40}?\b(?:without|other people|someone|victim)|bypass(?:ing)? (?:the )?(?:login|security|password|authentication|paywall) (?:of|on|at|for) (?:an? |the |my |this )?(?:\w+ )?(?:bank|school|account|website|site|phone|company|computer)`,
      String.raw`steal(?:s|ing)? (?:[\w'’]+ ){0,3}?(?:passwords?|credentials|cookies|session tokens|crypto(?:currency)?|bitcoins?|credit card (?:numbers?|details|data|info)|card (?:numbers?|details)|login details|bank details|private keys|personal data)`,
      String.raw`(?:trick|fool|phish|get|manipulat)\w* (?:${onlyAPerson}|users|employees|staff|them|him|her)\b.{0,30}?\b(?:giv(?:e|ing)|reveal|enter|hand|tell|shar|send)\w*.{0,20}?\b(?:passwords?|credentials|login|card|pin|bank)`,
      'sim[- ]?swap(?:s|ping)?(?! (?:protection|attack prevention))',
      String.raw`(?:shut(?:ting)? down|tak(?:e|ing) down|attack(?:ing)?|disabl(?:e|ing)|crash(?:ing)?|disrupt(?:ing)?) (?:an? |the |my )?(?:\w+ ){0,2}?(?:power grid|grid|water treatment\w*|hospital (?:network|systems?)|emergency services|traffic lights|air traffic control|pipeline|911)`,
    ),
    frames: ['asked', 'made', 'meant'],
    excuses: ['purpose', 'play', 'telling'],
    lifted: defence,
  },
  {
    rule: 'fraud',
    score: 0.85,
    harm: expression(
      String.raw`(?:fak(?:e|ing)|forg(?:e|ed|ing)|counterfeit(?:ing)?|falsif(?:y|ying)|phony) (?:an? |the |my |some |\d+ )?(?:[\w'’]+ ){0,2}?(?:ids?|id cards?|passports?|driver['’]?s? licen[cs]es?|licen[cs]es?|visas?|documents?|money|bills?|bank ?notes?|notes?|currency|cheques?|checks?|prescriptions?|invoices?|diplomas?|degrees?|certificates?|reviews?|signatures?|doctor['’]?s? notes?|sick notes?|receipts?|pay ?stubs?|car accident|accident|injury|death|insurance|vaccin\w+ cards?|charity|tickets?|designer|handbags?|identit(?:y|ies)|bank statements?|tax returns?|rolex\w*|watch(?:es)?|(?:lab |test |medical |clinical )?(?:results|records|data(?= for (?:my|the) (?:paper|study|thesis|trial)))|evidence|alibi|plates?|badge|credentials|coupons?|gift cards?)\b(?! (?:detect\w*|news dataset))`,
      String.raw`(?:launder(?:ing)?|clean(?:ing)?|wash(?:ing)?) (?:\w+ ){0,2}?(?:(?:dirty|drug|illegal|stolen|black) (?:money|cash|funds))|launder(?:ing)? (?:the |some |my |our )?(?:\w+ )?(?:money|cash|funds|proceeds|crypto\w*)|money laundering (?:scheme|operation|business)`,
      actOn(
        'set(?:ting)? up|run(?:ning)?|start(?:ing)?|creat(?:e|ing)|build(?:ing)?|mak(?:e|ing)|design(?:ing)?|buy(?:ing)?|install(?:ing)?|us(?:e|ing)|commit(?:ting)?|do(?:ing)?|launch(?:ing)?|organi[sz](?:e|ing)|pull(?:ing)? off|plan(?:ning)?|develop(?:ing)?|promot(?:e|ing)',
        '(?:ponzi|pyramid) schemes?|(?:credit |debit )?card (?:skimm(?:er|ing)s?|cloning|fraud)',
      ),
      "clon(?:e|ing) (?:a |the |someone['’]s )?(?:credit|debit|bank) cards?",
      String.raw`(?:commit(?:ting)?|do(?:ing)?|pull(?:ing)? off|get(?:ting)? away with) (?:\w+ ){0,2}?(?:fraud|identity theft|forgery|embezzlement|insider trading|tax evasion|arson)|steal(?:ing)? (?:someone['’]?s |an |his |her |people['’]?s )?identit(?:y|ies)|identity theft(?! (?:protection|insurance|victim))`,
      String.raw`(?:evad(?:e|ing)|cheat(?:ing)? on|dodg(?:e|ing)|(?:not|avoid(?:ing)?) pay(?:ing)?) (?:\w+ )?(?:taxes|tax|import duties|customs)|tax evasion scheme|hid(?:e|ing) (?:\w+ )?(?:income|money|assets|cash|earnings) (?:\w+ )?from (?:the )?(?:tax\w*|irs|government|hmrc|my (?:wife|husband|ex)|authorities)(?: office| authorities)?`,
      String.raw`(?:romance|advance[- ]fee|nigerian|grandparent|crypto|lottery|tech support|dating|investment|phone|inheritance) scams?|scam (?:\w+ )?(?:scripts?|calls?|e-?mails?|messages?|texts?|letters?|websites?|campaigns?|templates?)(?! (?:detect|block))|fake (?:\w+ )?(?:texts?|sms|e-?mails?|calls?|messages?|letters?) from (?:the |a |my |their )?(?:\w+ )?(?:bank|irs|police|tax office|government|paypal|amazon|apple|lottery)|scam(?:ming)? (?:elderly|old|people|someone|seniors|${onlyAPerson}|my \w+)`,
      String.raw`(?:trick|con|defraud|cheat|swindle|deceive|manipulate|fool|scam|rip off)(?:ing|ling)? (?:${onlyAPerson}|(?:an? |the |my )?(?:\w+ ){0,2}?(?:widow|widower|seniors|elderly|investors|grandparents|customers|victims))\b.{0,30}?\b(?:send|giv|pay|invest|money|savings|bank|card|out of)\w*`,
      String.raw`(?:us(?:e|ing)|cash(?:ing)? out|spend(?:ing)?|charg(?:e|ing)) (?:an? |the |someone['’]?s )?stolen (?:\w+ )?cards?`,
      String.raw`brib(?:e|ing) (?:an? |the |my |some )?\w+|(?:rig(?:ging)?|steal(?:ing)?|fix(?:ing)?) (?:an? |the |our |my )?(?:local |city |school )?elections?(?! (?:fraud|claim))|stuff(?:ing)? ballot boxes|embezzl(?:e|ing)|insider trad(?:e|ing) (?:without|and)|(?:extort|blackmail)(?:ing)? (?:money|cash|payment|an? |my |the |someone|some|people)|(?:crash|manipulat\w+|rig) (?:the )?(?:stock market|stock prices?|a stock|elections?)|pump[- ]and[- ]dump|fake my (?:own )?death|cheat(?:ing)? (?:on|the) (?:welfare|benefits|social security|unemployment|insurance|exams?|medicaid)\w*|rug[- ]?pull|welfare fraud|benefits? fraud|(?:get|trick|convinc|persuad)\w* (?:my )?(?:grandm\w+|grandp\w+|grandfather|elderly \w+|old \w+|${onlyAPerson}) (?:to|into) (?:wir|send|giv|transfer|sign)\w* (?:me |over )?.{0,15}?\b(?:money|savings|house|cash|inheritance)|spread(?:ing)? (?:fake news|disinformation|misinformation)|(?:fake|false) (?:news|rumou?rs) (?:article|bots?|story|post|campaign)s? (?:claim|say|about|that|to|on)\w*`,
      String.raw`print(?:ing)? (?:\w+ ){0,3}?(?:fake|realistic|counterfeit|own) (?:\w+ ){0,2}?(?:notes|bills|money|banknotes|currency)`,
      "(?:open(?:ing)?|tak(?:e|ing) out|appl(?:y|ying) for) .{0,30}?\\b(?:in (?:other people['’]?s|someone(?: else)?['’]?s|dead people['’]?s) names?|under (?:a )?(?:false|fake) (?:name|identity))",
      String.raw`pretend(?:ing|s)? to be (?:an? |the |their |his |her |my |from )?(?:\w+ ){0,2}?(?:bank|irs|police|microsoft|grandson|grandchild|relative|nephew|lawyer|charity|tech support|ceo)\b.{0,80}?\b(?:money|card|jail|bail|password|account|details|pay|gift cards?|old|elderly|grand\w+|$)`,
      String.raw`(?:call|phon|e-?mail|text)(?:ing)? (?:grandparents|old people|seniors|elderly\w*)\b.{0,20}?pretend\w*`,
    ),
    frames: ['asked', 'made', 'meant'],
    lifted:
      /\b(?:parody|sample data|test data|mock\w*|unit tests?|placeholder|faker|stage prop|monopoly|board game|prop money|prop\b|theat(?:er|re)|costume|school play|escape room|fake plants?|fake tan|my own (?:data|identity)|git|repo|training data|satire|forge (?:mod|steel|iron|blade)|blacksmith\w*|machine learning|awareness)\b/i,
  },
]

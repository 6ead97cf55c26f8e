import { all, type MalwareRule } from './malware-rule.ts'
import type { CodePattern } from './pattern.ts'
import { shell } from './shell.ts'
import { sign } from './signs.ts'

/** The disk, the whole system, or all of a person's files. */
const everything = String.raw`(?:--no-preserve-root\s+)?["']?(?:/(?:\*|\.)?(?=["'\s;|&)\x60]|$)|/(?:etc|usr|var|bin|sbin|lib|lib64|boot|home|root|opt|srv|dev|sys|System|Library|Users|Applications)(?:/\*)?/?(?=["'\s;|&)\x60]|$)|(?:~|\$HOME|\$\{HOME\})(?:/\*?)?(?=["'\s;|&)\x60]|$)|/\$\{?\w{1,30}\}?/\*)`

/** Installers that say themselves to be run so; of them the finding is weak, and its own pattern below. */
const knownInstallers =
  /(?:sh\.rustup\.rs|get\.docker\.com|raw\.githubusercontent\.com\/(?:Homebrew|nvm-sh|ohmyzsh|helm|k3s-io|rbenv|pyenv)|deno\.land|bun\.sh|astral\.sh|get\.k3s\.io|install\.python-poetry\.org|deb\.nodesource\.com|rpm\.nodesource\.com|ollama\.com\/install|claude\.ai\/install|get\.pnpm\.io|tailscale\.com\/install|fnm\.vercel\.app|starship\.rs|sdk\.cloud\.google\.com|community\.chocolatey\.org|get\.scoop\.sh|cli\.github\.com|nixos\.org\/nix)/i

/** Commands that bring malware in, give a machine away, or destroy it. */
export const commands: readonly CodePattern<MalwareRule>[] = [
  ...all('download-and-run', sign.pipe, [
    [
      0.85,
      new RegExp(
        String.raw`\b(?:curl|wget|fetch|lynx|aria2c)\s[^\n|]{1,300}\|\s{0,8}(?:(?:tee|sudo|base64|gunzip|xxd|openssl)\s[^\n|]{0,60}\|\s{0,8})?${shell}`,
        'g',
      ),
      { unless: knownInstallers },
    ],
    [0.3, new RegExp(String.raw`\b(?:curl|wget)\s[^\n|]{1,300}\|\s{0,8}${shell}`, 'g')],
    [
      0.9,
      /\b(?:iwr|irm|curl|wget|invoke-webrequest|invoke-restmethod)\s[^\n|]{1,300}\|\s{0,8}(?:iex|invoke-expression)\b/gi,
      { unless: knownInstallers },
    ],
    [
      0.9,
      /\bdownload(?:string|data|file)\s{0,4}\([^\n|]{1,300}\|\s{0,8}(?:iex|invoke-expression)\b/gi,
      { unless: knownInstallers },
    ],
  ]),
  ...all('download-and-run', sign.call, [
    [
      0.85,
      /(?:\b(?:ba|z|da|k)?sh\s{1,4}(?:-c\s{1,4})?["']?|\beval\s{1,4}["']?|\bsource\s{1,4}|(?:^|\s)\.\s{1,4})(?:\$\(|<\(|`)\s{0,4}(?:curl|wget)\s[^\n)]{1,300}[)`]/gm,
      { has: ['curl', 'wget'], unless: knownInstallers },
    ],
    [
      0.9,
      /\b(?:iex|invoke-expression)\b[\s(&$"']{1,12}new-object\s{1,4}(?:system\.)?net\.webclient[^\n]{0,20}\.download(?:string|data|file)\s{0,4}\(/gi,
      { has: ['webclient'], unless: knownInstallers },
    ],
    [
      0.9,
      /\b(?:iex|invoke-expression)[\s(]{1,6}(?:iwr|irm|curl|invoke-webrequest|invoke-restmethod)\s/gi,
      { has: ['invoke-', 'iex'], unless: knownInstallers },
    ],
    [
      0.75,
      /\b(?:exec|eval)\s{0,4}\(\s{0,4}(?:requests\.get|urllib(?:2|\.request)?\.urlopen|urlopen|compile\(\s{0,4}(?:requests|urllib))\s{0,4}\(/g,
    ],
    [
      0.7,
      /\.downloadfile\s{0,4}\([^\n)]{5,300}\)[^\n]{0,40}[\n;&|]{1,4}[^\n]{0,60}(?:start-process|invoke-item|\bstart\s|&\s{0,4}["'$])/gi,
    ],
  ]),
  ...all('download-and-run', sign.flag, [
    [
      0.8,
      /\b(?:curl|wget)\s[^\n]{1,300}(?:&&|;|\n)\s{0,8}chmod\s{1,4}(?:\+x|a\+x|u\+x|[0-7]{3,4})\s{1,4}\S{1,200}\s{0,8}(?:&&|;|\n)\s{0,8}(?:sudo\s{1,4}|nohup\s{1,4})?(?:\.|\/tmp|\/var\/tmp|\/dev\/shm)\/\S/g,
    ],
    [0.85, /\bcertutil(?:\.exe)?\s[^\n]{0,80}-(?:urlcache|decode)\b/gi],
    [0.85, /\bbitsadmin(?:\.exe)?\s[^\n]{0,80}\/transfer\b/gi],
    [0.9, /\bregsvr32(?:\.exe)?\s[^\n]{0,80}\/i:http/gi],
  ]),
  ...all('download-and-run', 0, [
    [
      0.9,
      /\b(?:mshta|rundll32)(?:\.exe)?\s{1,4}["']?(?:https?:|javascript:|vbscript:|url\.dll)/gi,
      { has: ['mshta', 'rundll32'] },
    ],
  ]),
  ...all('reverse-shell', sign.path, [
    [
      0.95,
      /\/dev\/(?:tcp|udp)\/(?:[\w.-]{1,100}|\$\{?\w{1,40}\}?|<[^>\n]{1,40}>)\/(?:\d{1,5}|\$\{?\w{1,40}\}?|<[^>\n]{1,40}>|port)/gi,
    ],
    [
      0.95,
      /\b(?:nc|ncat|netcat|nc\.traditional|nc\.exe)\s[^\n|;]{0,120}(?:-[a-z]{0,6}[ec]\s{1,4}|--(?:sh-)?exec\s{1,4})["']?(?:\/(?:usr\/)?bin\/)?(?:ba|z|da|c|k)?sh\b/g,
    ],
    [0.95, /\bmkfifo\s{1,4}\S{1,100}[^\n]{0,120}\|\s{0,4}(?:nc|ncat|netcat|telnet|openssl)\b/g],
    [0.95, /\bmknod\s[^\n]{0,100}\bp\b[^\n]{0,120}\|\s{0,4}(?:nc|ncat|netcat|telnet)\b/g],
    [0.95, /\bsocat\s[^\n]{0,200}\bexec:["'\\]{0,3}(?:\/(?:usr\/)?bin\/)?(?:(?:ba|z|da)?sh|cmd|powershell)/gi],
    [0.9, /\b(?:telnet|openssl\s{1,4}s_client)\s[^\n|]{1,120}\|\s{0,4}\/bin\/(?:ba)?sh\b/g],
    [0.9, /\bfsockopen\s{0,4}\([^\n]{1,120}\/bin\/(?:ba)?sh\b/g],
  ]),
  ...all('reverse-shell', sign.call | sign.dot, [
    [0.95, /\bos\.dup2\s{0,4}\(/g, { and: [/\bsocket\b/, /\/bin\/|\bpty\b|subprocess|\bsh\b/] }],
    [0.85, /\bpty\.spawn\s{0,4}\(/g, { and: [/\bsocket\b/] }],
    [
      0.9,
      /\bTCPClient\s{0,4}\(/gi,
      {
        and: [
          /\b(?:iex|invoke-expression|cmd|powershell|process\.start|GetStream)\b/i,
          /\b(?:new-object|streamreader|streamwriter)\b/i,
          /\biex\b|invoke-expression|cmd\.exe|powershell/i,
        ],
      },
    ],
    [
      0.85,
      /\b(?:net\.Socket|net\.connect|createConnection)\s{0,4}\(/g,
      { and: [/\bspawn\s{0,4}\(\s{0,4}["'](?:\/bin\/)?(?:sh|bash|cmd(?:\.exe)?)/] },
    ],
    [0.85, /\bTCPSocket\.(?:open|new)\s{0,4}\(/g, { and: [/\bexec\b|\/bin\/sh|popen/] }],
    [
      0.85,
      /\b(?:subprocess\.(?:Popen|run|call|check_output)|os\.popen)\s{0,4}\([^\n)]{0,120}\)/g,
      { and: [/\bsocket\.socket\s{0,4}\(/, /\.connect\s{0,4}\(/, /\.recv\s{0,4}\(/, /\.send(?:all)?\s{0,4}\(/] },
    ],
  ]),
  ...all('reverse-shell', sign.semicolon, [
    [0.95, /\bsocket\s{0,4}\(\s{0,4}\w{1,8}\s{0,4},\s{0,4}PF_INET[^\n]{0,300}exec\s{0,4}\{?\s{0,4}["(]/g],
    [0.9, /\bmsfvenom\s{1,4}-p\s{1,4}\S{1,80}/g],
    [
      0.9,
      /\b(?:connect|WSAConnect)\s{0,4}\(/g,
      {
        and: [
          /\bdup2\s{0,4}\(\s{0,4}\w{1,20}\s{0,4},\s{0,4}[012]\s{0,4}\)|hStd(?:Input|Output)/,
          /\bexecv?[elp]{0,2}\s{0,4}\(|CreateProcess/,
        ],
      },
    ],
  ]),
  ...all('reverse-shell', sign.flag, [[0.9, /\bmsfvenom\s{1,4}-p\s{1,4}\S{1,80}/g]]),
  ...all('fork-bomb', sign.pipe | sign.brace, [
    [
      0.98,
      /(?<![\w])([\w:.]{1,20})\s{0,4}\(\s{0,4}\)\s{0,4}\{\s{0,4}\1\s{0,4}\|\s{0,4}\1\s{0,4}&\s{0,4};?\s{0,4}\}\s{0,4};?\s{0,4}\1/g,
    ],
  ]),
  ...all('fork-bomb', sign.pipe, [[0.9, /%0\s{0,4}\|\s{0,4}%0/g]]),
  ...all('fork-bomb', sign.call, [
    [
      0.85,
      /\b(?:while\s{0,4}\(?\s{0,4}(?:true|1)\s{0,4}\)?|for\s{0,4}\(\s{0,4};\s{0,4};\s{0,4}\))\s{0,4}[:{]?\s{0,12}(?:os\.)?fork\s{0,4}\(/gi,
    ],
    [0.8, /\bfork\s{1,4}while\s{1,4}fork\b/g],
  ]),
  ...all('destructive-command', sign.flag, [
    [
      0.95,
      new RegExp(
        String.raw`\brm\s{1,4}(?:-{1,2}[\w-]{1,20}\s{1,4}){0,3}-(?:[a-zA-Z]{0,6}[rR][a-zA-Z]{0,6}|-recursive)\s{1,4}(?:-{1,2}[\w-]{1,20}\s{1,4}){0,3}${everything}`,
        'gm',
      ),
    ],
    [0.9, /\brm\s{1,4}-[a-z]{0,4}[rR][a-z]{0,4}\s[^\n]{0,80}--no-preserve-root/g],
    [0.5, /\brm\s{1,4}-(?:rf|fr)\s{1,4}\*(?=[\s;|&"'`)]|$)/gm],
    [0.9, /\bfind\s{1,4}(?:\/|~|\$HOME)(?:\s[^\n|;]{0,100})?\s(?:-delete|-exec\s{1,4}(?:rm|shred)\b)/g],
    [
      0.85,
      new RegExp(
        String.raw`\bch(?:mod|own)\s{1,4}(?:-[a-zA-Z]{0,4}R[a-zA-Z]{0,4}|--recursive)\s{1,4}\S{1,40}\s{1,4}${everything}`,
        'gm',
      ),
    ],
    [0.85, /\bshred\s{1,4}[^\n;|]{0,60}\/dev\/(?:sd|hd|nvme|vd|xvd|disk|mmcblk)\w{0,8}/g],
    [0.8, /\bwipefs\s{1,4}[^\n;|]{0,40}-a[^\n;|]{0,40}\/dev\//g],
    [
      0.85,
      /\b(?:del|erase)\s{1,4}(?:\/[a-z]\s{1,4}){1,5}["']?(?:[a-z]:\\?(?:\*|windows|users)?|%systemroot%|%userprofile%|\*\.\*)/gi,
    ],
    [
      0.85,
      /\b(?:rd|rmdir)\s{1,4}(?:\/[a-z]\s{1,4}){1,4}["']?(?:[a-z]:\\?(?=["'\s]|$)|[a-z]:\\(?:windows|users)|%systemroot%)/gim,
    ],
    [
      0.9,
      /\bremove-item\s[^\n;|]{0,120}(?:[a-z]:\\(?:\*|windows|users)?(?=["'\s]|$)|\$env:(?:systemroot|userprofile|systemdrive))[^\n;|]{0,60}-(?:recurse|force)|\bremove-item\s[^\n;|]{0,60}-recurse[^\n;|]{0,60}\s["']?(?:[a-z]:\\(?:\*|windows|users)?(?=["'\s]|$)|\$env:(?:systemroot|userprofile|systemdrive))/gim,
    ],
    [0.85, /\bformat(?:\.com)?\s{1,4}[a-z]:\s[^\n]{0,20}\/[qyxu]/gi],
    [0.75, /\bmkfs(?:\.\w{2,8})?\s[^\n;|]{0,60}\/dev\/(?:sd|hd|nvme|vd|xvd|mmcblk)\w{0,10}/g],
    [
      0.8,
      /\bdd\s{1,4}[^\n;|]{0,80}of=\/dev\/(?:sd|hd|nvme|vd|xvd|disk|mmcblk)\w{0,10}/g,
      { unless: /if=\S{0,200}\.(?:iso|img)\b/ },
    ],
  ]),
  ...all('destructive-command', sign.path, [
    [0.9, /(?<!2)>\s{0,4}\/dev\/(?:sd[a-z]|hd[a-z]|nvme\d|vd[a-z]|mmcblk\d)\w{0,8}/g],
    [
      0.8,
      /\bdd\s{1,4}if=\/dev\/(?:zero|u?random)\s[^\n;|]{0,60}of=(?:\/dev\/(?:sd|hd|nvme|vd|xvd|disk|mmcblk)\w{0,10}|\/\s|\/boot)/g,
    ],
    [0.9, /\bmv\s{1,4}(?:~|\/|\/home\S{0,40}|\/etc\S{0,20}|\/\*)\s{1,4}\/dev\/null\b/g],
    [
      0.9,
      /\b(?:rmtree|rmSync|rmdirSync|removeSync|rimraf(?:\.sync)?|FileUtils\.rm_rf|os\.RemoveAll|delete_?tree|remove_dir_all)\s{0,4}\(\s{0,4}["'](?:\/|~\/?|\/home|\/etc|\/usr|\/var|[cC]:\\{1,2})["']/g,
      {
        has: [
          'rmtree',
          'rmsync',
          'rmdirsync',
          'removesync',
          'rimraf',
          'rm_rf',
          'removeall',
          'delete_tree',
          'deletetree',
          'remove_dir_all',
        ],
      },
    ],
  ]),
  ...all('destructive-infrastructure', sign.flag, [
    [0.75, /\bkubectl\s{1,4}delete\s[^\n;|]{0,120}--all(?:-namespaces)?\b/g],
    [0.75, /\bterraform\s{1,4}(?:destroy|apply\s{1,4}-destroy)\s[^\n;|]{0,80}-{1,2}auto-approve/g],
    [
      0.75,
      /\baws\s{1,4}(?:s3\s{1,4}(?:rb\s[^\n;|]{0,120}--force|rm\s{1,4}s3:\/\/[\w.-]{1,80}\/?\s[^\n;|]{0,60}--recursive)|(?:rds|dynamodb|ec2|eks|kms|cloudtrail)\s{1,4}(?:delete|terminate|schedule-key-deletion)-?[a-z-]{0,40}\s{1,4}--)/g,
    ],
    [0.7, /\bgcloud\s[^\n;|]{0,80}\bdelete\s[^\n;|]{0,120}(?:--quiet|-q)\b/g],
    [
      0.7,
      /\baz\s{1,4}(?:group|vm|storage\s{1,4}account|sql\s{1,4}\w{1,10})\s{1,4}delete\s[^\n;|]{0,120}(?:--yes|-y)\b/g,
      { has: ['delete'] },
    ],
    [
      0.7,
      /\bgit\s{1,4}push\s[^\n;|]{0,60}--force(?!-with-lease)[^\n;|]{0,60}\b(?:main|master|production|release)\b|\bgit\s{1,4}push\s{1,4}(?:origin\s{1,4})?(?:main|master)\s{1,4}(?:--force|-f)\b/g,
    ],
    [
      0.6,
      /\bdocker\s{1,4}(?:system\s{1,4}prune\s{1,4}-[a-z]{0,3}a[a-z]{0,3}|volume\s{1,4}prune\s{1,4}-[a-z]{0,3}f)[^\n;|]{0,40}/g,
    ],
  ]),
]

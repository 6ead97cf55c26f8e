import { all, type MalwareRule } from './malware-rule.ts'
import type { CodePattern } from './pattern.ts'
import { shell } from './shell.ts'
import { sign } from './signs.ts'

/** What malware does once it runs. */
export const behaviour: readonly CodePattern<MalwareRule>[] = [
  ...all('persistence', sign.path, [
    [0.85, /(?:>>|\btee\s{1,4}-a)\s{0,4}["']?(?:~|\/root|\/home\/[\w.-]{1,40}|\$HOME)?\/?\.ssh\/authorized_keys/g],
    [
      0.9,
      /(?:>>|\btee\s{1,4}(?:-a\s{1,4})?)\s{0,4}\/etc\/(?:passwd|shadow|sudoers(?:\.d\/\S{1,40})?|ld\.so\.preload|rc\.local|crontab|cron\.\w{1,10}\/\S{1,40}|profile)/g,
    ],
    [
      0.8,
      /(?:\bcurl\b|\bwget\b|\bnc\b|\/dev\/tcp|\bbash\s{1,4}-i\b|base64)[^\n]{0,200}>>\s{0,4}["']?(?:~|\$HOME|\/root|\/home\/[\w.-]{1,40})\/\.(?:bashrc|zshrc|profile|bash_profile)/g,
    ],
    [0.8, /\/etc\/ld\.so\.preload\b/g],
  ]),
  ...all('persistence', sign.pipe, [
    [
      0.8,
      /\becho\s[^\n|]{1,200}(?:\*\s{1,4}){4}\*?[^\n|]{0,200}(?:curl|wget|\bnc\b|\/dev\/tcp|bash\s{1,4}-i|\/tmp\/|\/dev\/shm|base64|python)[^\n]{0,200}\|\s{0,4}crontab\s{1,4}-/g,
    ],
    [0.6, /\bcrontab\s{1,4}-l[^\n]{0,300}\|\s{0,4}crontab\s{1,4}-/g],
    [0.8, /@reboot\s[^\n|]{1,200}\|\s{0,4}crontab\b/g],
  ]),
  ...all('persistence', sign.backslash, [
    [
      0.8,
      /\b(?:reg(?:\.exe)?\s{1,4}add|new-itemproperty|set-itemproperty|winreg\.|RegSetValueEx|RegCreateKeyEx|SetValue(?:Ex)?|CreateKey|OpenKey)[^\n]{0,120}\\{1,2}CurrentVersion\\{1,2}Run(?:Once)?\b/gi,
    ],
    [
      0.7,
      /\\{1,2}CurrentVersion\\{1,2}Run(?:Once)?\b/gi,
      { and: [/SetValueEx?|RegSetValue|winreg|reg\s{1,4}add|new-itemproperty/i] },
    ],
  ]),
  ...all('persistence', sign.flag, [
    [0.7, /\bschtasks(?:\.exe)?\s{1,4}\/create\s[^\n]{0,300}(?:powershell|cmd|\.ps1|\.vbs|\.exe|mshta|http)/gi],
    [0.85, /\buseradd\s[^\n;|]{0,80}-(?:o[^\n;|]{0,10}-u|u)\s{0,4}0\b/g],
    [
      0.8,
      /\bnet\s{1,4}(?:user\s{1,4}\S{1,40}\s{1,4}\S{1,60}|localgroup\s{1,4}administrators\s{1,4}\S{1,40})\s{1,4}\/add\b/gi,
      { has: ['/add'] },
    ],
  ]),
  ...all('ransomware', sign.call, [
    [
      0.85,
      /\b(?:os\.walk|rglob|glob\.(?:glob|iglob)|filepath\.Walk(?:Dir)?|Files\.walk|Directory\.(?:Get|Enumerate)Files|walkdir|WalkDir::new|readdirSync)\s{0,4}\(/g,
      {
        has: ['encrypt', 'fernet', 'aes.new', 'cipher'],
        and: [
          /\bencrypt\w{0,20}\s{0,4}\(|Fernet|AES\.new|CryptEncrypt|CreateEncryptor|createCipheriv/i,
          /ransom|bitcoin|\bbtc\b|\.locked\b|\.encrypted\b|\.crypt\b|\.enc["']|your files|decrypt(?:ion)?[ _-]{0,2}(?:key|instructions)|pay\b/i,
        ],
      },
    ],
  ]),
  ...all('ransomware', sign.flag, [
    [
      0.85,
      /\bget-childitem\s[^\n]{0,120}-recurse/gi,
      {
        and: [
          /CreateEncryptor|Protect-|AesManaged|RijndaelManaged|encrypt/i,
          /ransom|bitcoin|\.locked|\.encrypted|\.enc\b|your files/i,
        ],
      },
    ],
  ]),
  ...all('ransomware', 0, [
    [0.9, /\bvssadmin(?:\.exe)?\s{1,4}(?:delete|resize)\s{1,4}shadow\w{0,8}/gi, { has: ['vssadmin'] }],
    [0.9, /\bwmic(?:\.exe)?\s{1,4}shadowcopy\s{1,4}delete\b/gi, { has: ['shadowcopy'] }],
    [0.85, /\bbcdedit(?:\.exe)?\s[^\n]{0,60}(?:recoveryenabled\s{1,4}no|ignoreallfailures)/gi, { has: ['bcdedit'] }],
    [0.85, /\bwbadmin(?:\.exe)?\s{1,4}delete\s{1,4}(?:catalog|systemstatebackup)/gi, { has: ['wbadmin'] }],
    [0.8, /\ball (?:of )?your (?:\w{1,12} )?files (?:have been|are|were) encrypted\b/gi, { has: ['encrypted'] }],
  ]),
  ...all('keylogger', sign.call, [
    [
      0.85,
      /\b(?:keyboard\.Listener|pynput\.keyboard\.Listener|keyboard\.on_(?:press|release)|keyboard\.hook|HookManager|GlobalScreen\.addNativeKeyListener)\s{0,4}\(/g,
      {
        has: ['keyboard.', 'hookmanager', 'nativekeylistener'],
        and: [
          /\bopen\s{0,4}\(|\.write\s{0,4}\(|smtp|requests\.post|sendmail|socket|log(?:ging|ger|file|_file|s)?\b|webhook/i,
        ],
        unless: /key_?(?:board)?_?shortcut/,
      },
    ],
    [
      0.8,
      /\bGetAsyncKeyState\s{0,4}\(/g,
      {
        has: ['getasynckeystate'],
        and: [/fopen|ofstream|fwrite|fprintf|log|send\s{0,4}\(|StreamWriter|AppendAllText|write/i],
      },
    ],
    [0.85, /\bSetWindowsHookEx[AW]?\s{0,4}\(\s{0,4}(?:WH_KEYBOARD_LL|13)\b/g, { has: ['setwindowshookex'] }],
  ]),
  ...all('credential-theft', sign.colons, [
    [
      0.95,
      /\b(?:sekurlsa|lsadump|kerberos|privilege|token|dpapi)::(?:logonpasswords|sam|dcsync|lsa|golden|ptt|debug|elevate|pth|cache|secrets|masterkey|wdigest|tickets)\b/gi,
    ],
  ]),
  ...all('credential-theft', 0, [
    [
      0.85,
      /\b(?:invoke-mimikatz|mimikatz\.exe|lazagne\.exe|secretsdump\.py|procdump(?:64)?(?:\.exe)?\s[^\n]{0,60}lsass)\b/gi,
      { has: ['mimikatz', 'lazagne', 'secretsdump', 'procdump'] },
    ],
    [0.9, /\bcomsvcs\.dll\W{1,4}\s{0,4}MiniDump\b/gi, { has: ['comsvcs'] }],
    [
      0.9,
      /\breg(?:\.exe)?\s{1,4}save\s{1,4}hk(?:lm|ey_local_machine)\\{1,2}(?:sam|system|security)\b/gi,
      { has: ['hklm', 'hkey_local'] },
    ],
  ]),
  ...all('credential-theft', sign.call, [
    [
      0.85,
      /\b(?:win32crypt\.)?CryptUnprotectData\s{0,4}\(/g,
      { has: ['cryptunprotectdata'], and: [/Login Data|Cookies|Local State|logins/] },
    ],
    [0.8, /\bMiniDumpWriteDump\s{0,4}\(/g, { has: ['minidumpwritedump'], and: [/lsass/i] }],
  ]),
  ...all('credential-theft', sign.path, [
    [
      0.6,
      /\b(?:cat|less|more|head|tail|cp|scp|strings|base64|xxd|grep\s[^\n|;]{0,60})\s{1,4}(?:-\w{1,6}\s{1,4}){0,2}["']?(?:\/etc\/shadow|(?:~|\/root|\/home\/[\w.*-]{1,40}|\$HOME)\/\.(?:ssh\/id_\w{2,10}|aws\/credentials|kube\/config|netrc|docker\/config\.json|gnupg\/\S{1,40}|config\/gcloud\/\S{1,60}))(?!\.pub)/g,
      { has: ['shadow', '.ssh', '.aws', '.kube', '.netrc', '.docker', '.gnupg', 'gcloud'] },
    ],
    [0.8, /\bunshadow\s{1,4}\/etc\/passwd\s{1,4}\/etc\/shadow/g],
  ]),
  ...all('file-exfiltration', sign.flag, [
    [
      0.9,
      /\bcurl\s[^\n|;]{0,200}(?:-d|--data(?:-binary|-raw|-urlencode)?|-F|--form|-T|--upload-file)[\s=]{1,4}["']?(?:[\w-]{1,30}=)?(?:@\s{0,2})?["']?(?:\/etc\/(?:passwd|shadow|hosts)|(?:~|\/root|\/home\/[\w.*-]{1,40}|\$HOME)\/\.(?:ssh|aws|kube|gnupg|netrc|docker|bash_history|env)\S{0,60}|\S{0,100}(?:id_rsa|id_ed25519|\.env\b|\.pem\b|credentials\b))/g,
      { has: ['curl'] },
    ],
    [0.85, /\bcurl\s[^\n|;]{0,200}\$\(\s{0,4}(?:cat|env|printenv|whoami|id|hostname|base64|tar)\b/g, { has: ['curl'] }],
    [
      0.85,
      /\bwget\s[^\n|;]{0,200}--post-(?:file|data)[\s=]{1,4}["']?(?:\/etc\/|~\/\.|\$\(\s{0,4}(?:cat|env))/g,
      { has: ['wget'] },
    ],
    [
      0.8,
      /\bscp\s[^\n|;]{0,120}(?:\.ssh\/id_\w{2,10}|\/etc\/shadow|\.aws\/credentials|\.env)\s{1,4}[\w.-]{1,40}@[\w.-]{1,100}:/g,
      { has: ['scp'] },
    ],
    [
      0.85,
      /\binvoke-(?:webrequest|restmethod)\s[^\n]{0,200}-body\s[^\n]{0,80}(?:get-content|\$env:|get-clipboard|convertto-json\s[^\n]{0,40}get-)/gi,
    ],
  ]),
  ...all('file-exfiltration', sign.pipe, [
    [
      0.85,
      /(?:\b(?:cat|tar|zip|env|printenv|base64|xxd|gzip|history|find|grep|mysqldump|pg_dump)\b)[^\n|]{0,200}\|\s{0,4}(?:(?:base64|gzip|xxd|openssl|tr|head|sort)\b[^\n|]{0,60}\|\s{0,4}){0,2}(?:curl\s[^\n]{0,200}(?:@-|-T\s{0,4}-|--data|-d\s)[^\n]{0,200}|(?:nc|ncat|netcat)\s{1,4}(?:-\w{1,8}\s{1,4}){0,3}[\w.${}-]{4,100}\s{1,4}\d{2,5})/g,
      { has: ['curl', 'nc ', 'nc\t', 'nc\n', 'nc\r', 'ncat', 'netcat'] },
    ],
  ]),
  ...all('file-exfiltration', sign.call | sign.dot, [
    [
      0.8,
      /\b(?:requests|httpx|axios|aiohttp|session)\.(?:post|put|get)\s{0,4}\([^\n]{0,200}(?:os\.environ(?!\s{0,4}[[.]|\.get)|dict\(os\.environ\)|process\.env(?![.[])|open\(\s{0,4}["'](?:\/etc\/(?:passwd|shadow)|~\/\.|[^"'\n]{0,80}(?:id_rsa|\.env["']|credentials)))/g,
    ],
  ]),
  ...all('obfuscated-code', sign.flag, [
    [
      0.9,
      /\b(?:powershell|pwsh)(?:\.exe)?["']?\s[^\n]{0,200}-(?:e|en|enc|enco|encod|encode|encoded|encodedc|encodedco|encodedcom|encodedcommand|ec)\s{1,4}["']?[A-Za-z0-9+/=]{16,}/gi,
    ],
    [
      0.8,
      /\b(?:powershell|pwsh)(?:\.exe)?["']?\s[^\n]{0,120}-(?:w(?:indowstyle)?\s{1,4}(?:h(?:idden)?|1)|nop\w{0,10})\s[^\n]{0,120}(?:iex|downloadstring|http|invoke-|frombase64|-enc|\.ps1)/gi,
    ],
  ]),
  ...all('obfuscated-code', sign.pipe, [
    [
      0.9,
      new RegExp(
        String.raw`\b(?:base64|openssl\s{1,4}base64|gbase64)\s{1,4}(?:-d|-D|--decode|-di|-id)\b[^\n|]{0,40}\|\s{0,4}(?:(?:gunzip|zcat|xz|rev)\b[^\n|]{0,20}\|\s{0,4})?${shell}`,
        'g',
      ),
    ],
    [0.9, new RegExp(String.raw`\bxxd\s{1,4}-[rp]{1,2}(?:\s{1,4}-[rp])?\s{0,4}\|\s{0,4}${shell}`, 'g')],
    [
      0.85,
      new RegExp(
        String.raw`\bprintf\s{1,4}["'](?:\\x[0-9a-fA-F]{2}|\\[0-7]{3}){6,400}["']\s{0,4}\|\s{0,4}${shell}`,
        'g',
      ),
    ],
    [
      0.8,
      new RegExp(
        String.raw`\becho\s{1,4}["']?[^\n|"']{4,400}["']?\s{0,4}\|\s{0,4}(?:rev|tr\s[^\n|]{3,60})\s{0,4}\|\s{0,4}${shell}`,
        'g',
      ),
    ],
  ]),
  ...all('obfuscated-code', sign.call, [
    [
      0.9,
      /\b(?:eval|exec|assert|create_function|Function|execScript|Invoke-Expression|iex)\s{0,4}\(\s{0,4}(?:\$?\w{1,20}\s{0,4}\(\s{0,4}){0,3}(?:base64[_.](?:b64)?decode|b64decode|atob|Buffer\.from|gzinflate|gzuncompress|str_rot13|zlib\.decompress|codecs\.decode|bytes\.fromhex|unescape|marshal\.loads|hex2bin|String\.fromCharCode|__import__\(\s{0,4}["']base64)\s{0,4}[(.)"']/g,
      {
        has: [
          'decode',
          'atob',
          'buffer.from',
          'inflate',
          'uncompress',
          'rot13',
          'decompress',
          'fromhex',
          'unescape',
          'marshal',
          'hex2bin',
          'fromcharcode',
          '__import__',
        ],
      },
    ],
    [0.85, /\bFromBase64String\s{0,4}\(/gi, { and: [/\biex\b|invoke-expression|\.load\s{0,4}\(|assembly/i] }],
  ]),
  ...all('crypto-miner', 0, [
    [0.9, /\bstratum\+(?:tcp|ssl|tls)?:?\/?\/?[\w.-]{0,100}/gi, { has: ['stratum+'] }],
    [
      0.8,
      /\b(?:xmrig|xmr-stak|minerd|cpuminer|ccminer|ethminer|nbminer|phoenixminer|t-rex)(?:\.exe)?\s{1,4}(?:-o|--url|-a|--algo|-u|--user|--donate-level|--coin|--config)\b/gi,
      { has: ['xmrig', 'xmr-', 'miner', 't-rex'] },
    ],
    [
      0.85,
      /\b(?:coinhive\.min\.js|CoinHive\.Anonymous|cryptonight|coin-hive|webminepool)\b/gi,
      { has: ['coin', 'cryptonight', 'webminepool'], and: [/script|new |start\s{0,4}\(|miner|-a /i] },
    ],
  ]),
  ...all('defense-evasion', 0, [
    [
      0.9,
      /\b(?:set|add)-mppreference\s[^\n]{0,120}(?:-disable\w{4,40}\s{1,4}(?:\$true|1)|-exclusion\w{4,20})/gi,
      { has: ['mppreference'] },
    ],
    [0.9, /\bamsi(?:initfailed|scanbuffer|utils)\b/gi, { has: ['amsi'] }],
    [0.8, /\bwevtutil(?:\.exe)?\s{1,4}(?:cl|clear-log)\s/gi, { has: ['wevtutil'] }],
    [0.8, /\bclear-eventlog\s/gi, { has: ['eventlog'] }],
    [
      0.75,
      /\bnetsh(?:\.exe)?\s{1,4}(?:advfirewall\s{1,4}set\s{1,4}\w{3,20}\s{1,4}state\s{1,4}off|firewall\s{1,4}set\s{1,4}opmode\s{1,4}(?:mode=)?disable)/gi,
      { has: ['netsh'] },
    ],
    [
      0.6,
      /\biptables\s{1,4}(?:-F|--flush)\b|\bufw\s{1,4}disable\b|\bsetenforce\s{1,4}0\b|\bauditctl\s{1,4}-e\s{0,4}0\b|\bsystemctl\s{1,4}(?:stop|disable)\s{1,4}(?:--now\s{1,4})?(?:auditd|firewalld|apparmor|falcon-sensor|clamav\S{0,12}|crowdsec|fail2ban|rsyslog)\b/g,
      { has: ['iptables', 'ufw', 'setenforce', 'auditctl', 'systemctl'] },
    ],
    [
      0.7,
      /\bhistory\s{1,4}-c\b|\bunset\s{1,4}HISTFILE\b|\bexport\s{1,4}HISTFILE=\/dev\/null|\bHISTSIZE=0\b|\bln\s{1,4}-sf?\s{1,4}\/dev\/null\s{1,4}~\/\.bash_history/g,
      { has: ['history', 'histfile', 'histsize'] },
    ],
    [
      0.75,
      /\brm\s{1,4}-[a-z]{0,4}r[a-z]{0,4}\s{1,4}\/var\/log(?:\/\*)?(?=[\s;&|"'`]|$)|>\s{0,4}\/var\/log\/(?:auth|secure|syslog|wtmp|btmp|lastlog|messages)\S{0,10}/gm,
      { has: ['/var/log'] },
    ],
  ]),
  ...all('process-injection', sign.call, [
    [
      0.9,
      /\bWriteProcessMemory\s{0,4}\(/g,
      {
        has: ['writeprocessmemory'],
        and: [/CreateRemoteThread|NtCreateThreadEx|QueueUserAPC|SetThreadContext|RtlCreateUserThread/],
      },
    ],
    [
      0.85,
      /\b(?:VirtualAlloc(?:Ex)?|mmap)\s{0,4}\(/g,
      {
        has: ['virtualalloc', 'mmap'],
        and: [
          /(?:\\x[0-9a-f]{2}){12}|(?:0x[0-9a-f]{2}\s{0,2},\s{0,2}){12}|shellcode/i,
          /RtlMoveMemory|memcpy|memmove|CreateThread|\(\*?\s{0,4}\(?void|ctypes|EXECUTE|PROT_EXEC/,
        ],
      },
    ],
  ]),
  ...all('web-shell', sign.dollar, [
    [
      0.9,
      /\b(?:system|exec|shell_exec|passthru|popen|proc_open|eval|assert|pcntl_exec|create_function|include|require(?:_once)?|preg_replace)\s{0,4}\(?\s{0,4}(?:base64_decode\s{0,4}\(\s{0,4})?(?:["'][^"'\n]{0,60}["']\s{0,4}[,.]\s{0,4})?@?\$_(?:GET|POST|REQUEST|COOKIE|SERVER|FILES)\b/g,
      {},
    ],
    [0.85, /`\s{0,4}\$_(?:GET|POST|REQUEST|COOKIE)\b[^`\n]{0,60}`/g],
  ]),
  ...all('web-shell', sign.call | sign.dot, [
    [0.9, /\bgetRuntime\s{0,4}\(\s{0,4}\)\s{0,4}\.exec\s{0,4}\(\s{0,4}request\.getParameter/g],
    [
      0.85,
      /\b(?:os\.(?:system|popen)|subprocess\.\w{2,20}|child_process\.\w{2,20}|execSync|exec|eval)\s{0,4}\(\s{0,4}(?:flask\.)?(?:request\.(?:args|form|values|json|data|GET|POST|query_params)|req\.(?:query|body|params))/g,
    ],
  ]),
  ...all('privilege-escalation', sign.path, [
    [
      0.9,
      /\bchmod\s{1,4}(?:u\+s|\+s|[46][0-7]{3})\s{1,4}(?:\/(?:usr\/)?bin\/(?:ba|z|da)?sh|\/tmp\/\S{1,60}|\/dev\/shm\/\S{1,60})/g,
    ],
    [0.8, /\bdocker\s{1,4}run\s[^\n;|]{0,200}-v\s{1,4}\/:\/\S{1,40}/g],
    [0.8, /\bcp\s{1,4}\/bin\/(?:ba)?sh\s{1,4}\/tmp\/\S{1,60}[^\n]{0,60}chmod\s{1,4}(?:u?\+s|4\d{3})/g],
  ]),
  ...all('privilege-escalation', sign.equal, [
    [0.6, /\bALL\s{0,4}=\s{0,4}\(ALL(?::ALL)?\)\s{0,4}NOPASSWD\s{0,4}:\s{0,4}ALL\b/g],
  ]),
  ...all('privilege-escalation', sign.flag, [[0.7, /\bnsenter\s[^\n;|]{0,60}(?:-t|--target)[\s=]{1,4}1\b/g]]),
  ...all('flood-attack', sign.flag, [
    [0.85, /\bhping3?\s[^\n;|]{0,120}--flood\b/g],
    [0.75, /\bslowloris(?:\.py)?\s{1,4}[\w.-]{3,100}/g],
  ]),
  ...all('flood-attack', sign.call, [
    [
      0.7,
      /\bsend(?:p|to)?\s{0,4}\(\s{0,4}(?:IP|Ether)\s{0,4}\([^\n]{0,200}(?:loop\s{0,4}=\s{0,4}1|while|RandIP|RandShort)/g,
    ],
  ]),
  // The file that every virus scanner must find: https://www.eicar.org/download-anti-malware-testfile/
  ...all('web-shell', sign.dollar, [
    [1, /X5O!P%@AP\[4\\PZX54\(P\^\)7CC\)7\}\$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!\$H\+H\*/g],
  ]),
]

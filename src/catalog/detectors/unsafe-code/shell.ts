/** Programs that run what they are given. */
export const shell = String.raw`(?:sudo\s+(?:-\w{1,8}\s+){0,3})?(?:env\s+)?(?:/(?:usr/)?bin/)?(?:(?:ba|z|da|k|c|tc|fi|a)?sh|python[\d.]{0,4}|perl|ruby|node|php|pwsh|powershell|osascript)\b`

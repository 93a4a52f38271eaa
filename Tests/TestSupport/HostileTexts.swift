// SPDX-License-Identifier: Apache-2.0

/// What strangers write where others read it: as markup, as what moves a terminal's cursor, as another line.
enum HostileTexts {
    static let all = [
        "<img src=x onerror=alert(1)>", "</style><script>alert(1)</script>", "\"><svg/onload=alert(1)>",
        "' onmouseover='alert(1)", "--><!--", "]]><![CDATA[", "<a href=javascript:alert(1)>x</a>", "&lt;b&gt;&#60;",
        "javascript:alert(1)", "//evil.example/x", "https://evil.example/x.png", "../../../etc/passwd", "`${1+1}`",
        "{{{7*7}}}", "\u{1B}[2J\u{1B}]0;title\u{07}", "\u{9B}31m", "a\nb\rc", "\u{202E}gnp.exe", "\u{200B}\u{FEFF}",
        "=cmd|'/c calc'!A1", "\u{0}", "🍌\u{FE0F}漢字", "\u{FFFD}", String(repeating: "<", count: 300),
    ]
}

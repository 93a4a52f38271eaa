// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A page that is drawn over itself on a terminal, with the control sequences that every terminal knows (ECMA-48).
enum Screen {
    /// Clears the terminal.
    static let cleared = "\u{1B}[2J"

    /// Draws lines from the top, each over what stood there, and clears the rest: nothing flickers.
    ///
    /// - Parameter rows: how many fit; the last one tells how many do not.
    static func frame(_ lines: [String], rows: Int) -> String {
        let fit = max(rows - 1, 1)
        var shown = lines.prefix(fit)
        if lines.count > fit { shown = lines.prefix(fit - 1) + ["… and \(lines.count - fit + 1) more"] }
        return "\u{1B}[H" + shown.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }

    /// How many lines the terminal has now: `ioctl_tty(2)`.
    static var rows: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }
}

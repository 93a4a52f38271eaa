// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import SpoolState
internal import Synchronization

/// A page that is drawn over itself on a terminal, with the control sequences that every terminal knows (ECMA-48), on a
/// screen of its own, so that what stood there before comes back.
enum Screen {
    struct Size: Equatable {
        var rows: Int
        var columns: Int
    }

    /// How large the terminal is now: `ioctl_tty(2)`.
    static var size: Size { size(of: STDOUT_FILENO) }

    static func size(of descriptor: CInt) -> Size {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else {
            return Size(rows: 24, columns: 80)
        }
        return Size(rows: Int(size.ws_row), columns: Int(size.ws_col))
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether colours are shown, and wanted: https://no-color.org
    static var hasColours: Bool { hasColours(STDOUT_FILENO) }

    static func hasColours(_ descriptor: CInt) -> Bool {
        func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
        return isatty(descriptor) == 1 && value("NO_COLOR").isEmpty && value("TERM") != "dumb"
    }

    /// Draws a page from the top, each row over what stood there, and clears the rest: nothing flickers, and nothing
    /// scrolls.
    static func frame(_ page: TerminalPage, _ size: Size, colours: Bool) -> String {
        let lines = page.lines(rows: size.rows, columns: size.columns)
        let rows = lines.map { $0.printed(columns: size.columns, colours: colours) + "\u{1B}[K" }
        return "\u{1B}[H" + rows.joined(separator: "\n") + "\u{1B}[J"
    }
}

/// The terminal while a page is shown on it: keys come one by one and are not shown, and signals are noticed. What was
/// before is restored in the end.
struct WatchedTerminal {
    enum Event {
        case time, resize, quit
    }

    private static let isOver = Atomic(false)
    private let keys: termios?

    init() {
        // Made before a handler may run: it must do nothing but store (signal-safety(7)).
        _ = Self.isOver.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { _ in WatchedTerminal.isOver.store(true, ordering: .relaxed) }
        }
        var before = termios()
        if isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &before) == 0 {
            var now = before
            // Ctrl-C is a key, too: the screen is restored before the end.
            now.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
            tcsetattr(STDIN_FILENO, TCSANOW, &now)
            keys = before
        } else {
            keys = nil
        }
        Self.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
    }

    func restore() {
        Self.write("\u{1B}[?25h\u{1B}[?1049l")
        if var keys { tcsetattr(STDIN_FILENO, TCSANOW, &keys) }
    }

    func show(_ frame: String) { Self.write(frame) }

    private static func write(_ text: String) {
        print(text, terminator: "")
        fflush(nil)
    }

    var hasKeys: Bool { keys != nil }

    /// How soon a signal, or another size, is noticed.
    private static let step: CInt = 100

    /// Waits for a key, another size, or the end. Blocking.
    static func wait(_ time: Duration, hasKeys: Bool, size: Screen.Size) -> Event {
        let end = ContinuousClock.now.advanced(by: time)
        while .now < end {
            var file = pollfd(fd: hasKeys ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0)
            let isReady = poll(&file, 1, step) > 0
            if isOver.load(ordering: .relaxed) || (isReady && asksForTheEnd()) { return .quit }
            if Screen.size != size { return .resize }
        }
        return .time
    }

    /// `q`, Ctrl-C, or a terminal that is gone.
    private static func asksForTheEnd() -> Bool {
        var key: UInt8 = 0
        guard read(STDIN_FILENO, &key, 1) == 1 else { return true }
        return key == UInt8(ascii: "q") || key == UInt8(ascii: "Q") || key == 3
    }
}

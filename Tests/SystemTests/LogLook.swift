// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A look of the log, and how a line is read in it.
enum LogLook: String, CaseIterable, Sendable {
    case text, journal, json

    /// Becomes the program, its standard output in a file, its standard error a journal's where that is asked for, as
    /// systemd says it (systemd.exec(5), `JOURNAL_STREAM`).
    func launcher(output: String) -> [String] {
        let script = """
            test "$2" = journal && export JOURNAL_STREAM="$(stat -L -c %d:%i /proc/$$/fd/2)"
            out="$1"; shift 2; exec "$@" >"$out"
            """
        return ["/bin/sh", "-c", script, "sh", output, rawValue]
    }

    var options: [String] {
        switch self {
        case .text, .json: ["--log-format", rawValue, "--log-level", "debug"]
        case .journal: ["--log-level", "debug"]
        }
    }

    /// Whether a line is one of the daemon's own, as documented.
    func isRight(_ line: String) -> Bool {
        switch self {
        case .text:
            let head = #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|notice|warning|error) [A-Z]/#
            return line.firstMatch(of: head) != nil
        case .journal: return line.firstMatch(of: #/^<[34567]>[A-Z]/#) != nil
        case .json:
            let members = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
            return ["time", "level", "message"].allSatisfy { members?[$0] != nil }
        }
    }

    /// Whether a line says this of something: not somewhere in what it quotes, where libcurl may say "Failed to connect".
    func says(_ message: String, _ line: String) -> Bool {
        guard line.contains(message) else { return false }
        let head: String.Index?
        switch self {
        case .text: head = line.prefixMatch(of: #/\S+ [a-z]+ /#)?.range.upperBound
        case .journal: head = line.prefixMatch(of: #/<\d>/#)?.range.upperBound
        case .json: return line.contains("\"message\":\"\(message)\"")
        }
        guard let head, line[head...].hasPrefix(message) else { return false }
        return line[head...].dropFirst(message.count).prefixMatch(of: #/$| [a-z_-]+=/#) != nil
    }

    /// Whether a line says how a job ended.
    func saysEnd(_ line: String) -> Bool { says("Done", line) || says("Failed", line) }

    /// The same, of one job.
    func saysEnd(of job: String, _ line: String) -> Bool {
        line.contains(jobField(job)) && saysEnd(line)
    }

    /// A field as it stands in a line.
    func field(_ name: String, _ value: String) -> String {
        switch self {
        case .text, .journal: "\(name)=\(value)"
        case .json: "\"\(name)\":\"\(value)\""
        }
    }

    /// That of a job, which another one does not have whose name begins with its name.
    func jobField(_ job: String) -> String { field("job", job) + (self == .json ? "" : " ") }

    /// Waits for the line that says how a job ended.
    func result(of job: String, _ daemon: Program) async -> String? {
        await daemon.line { [self] in saysEnd(of: job, $0) }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NanoBanana
public import SystemPackage

/// Looks at a request file the way the daemon will, and sends nothing. Blocking.
public struct RequestCheck: Sendable {
    /// One thing that is wrong, in the form that editors jump to: `file:line:column: message`.
    public let mistakes: [String]
    /// What would be sent, as JSON; `nil` where something is wrong.
    public let request: String?
    /// The file itself is not there, or is no file.
    public let isMissing: Bool

    /// Checks one file.
    public init(file path: FilePath, rules: RequestRules) {
        let outcome = Self.read(path, rules)
        switch outcome {
        case .success(let request):
            mistakes = []
            self.request = String(decoding: request.json.page, as: UTF8.self)
            isMissing = false
        case .failure(let findings):
            mistakes = findings.all.map { finding in
                let place = finding.place.map { ":\($0.line):\($0.column)" } ?? ""
                return "\(path)\(place): \(Wording.sentence(finding.problem))"
            }
            request = nil
            isMissing = findings.all.contains { $0.problem == .unreadable(.noSuchFileOrDirectory) }
        }
    }

    private static func read(_ path: FilePath, _ rules: RequestRules) -> Result<Request, Findings> {
        guard let name = path.lastComponent.flatMap(RequestFileName.init) else {
            return .failure(Findings(.notARequestName))
        }
        let bytes: [UInt8]
        do throws(Errno) {
            let file = try Kernel.open(path, O_RDONLY | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular else { return .failure(Findings(.notAFile)) }
            bytes = try file.readAll(limit: RequestRules.sizeLimit + 1, expecting: Int(status.size))
        } catch {
            return .failure(Findings(.unreadable(error)))
        }
        do throws(Findings) {
            return .success(try RequestReader(rules: rules).read(bytes, as: name.syntax))
        } catch {
            return .failure(error)
        }
    }
}

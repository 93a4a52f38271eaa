// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// A file name that marks a request: `.json`, `.yaml` or `.yml`, in any case, and the same with `.txt` behind it, since
/// Windows hides extensions.
struct RequestFileName: Equatable, Sendable {
    enum Syntax: Equatable, Sendable {
        case json, yaml
    }

    /// The name without what marks it; never empty.
    let stem: FilePath.Component
    let syntax: Syntax

    /// `nil` where the name is not a request's.
    init?(_ name: FilePath.Component) {
        var rest = FilePath(root: nil, [name])
        if rest.extension?.lowercased() == "txt" { rest.extension = nil }
        switch rest.extension?.lowercased() {
        case "json": syntax = .json
        case "yaml", "yml": syntax = .yaml
        default: return nil
        }
        rest.extension = nil
        guard let stem = rest.lastComponent, stem.kind == .regular else { return nil }
        self.stem = stem
    }
}

// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// A sub-folder of the inbox, at any depth, kept as the same sub-folder of `done/` and `failed/`.
package struct Lane: Hashable, Sendable {
    /// Relative to `inbox/`; empty for the inbox itself.
    package let path: FilePath

    /// The inbox itself.
    package static let root = Lane(path: FilePath())

    /// - Parameter path: relative, without `.` and `..`.
    package init(path: FilePath) {
        self.path = path
    }

    package var isRoot: Bool { path.isEmpty }

    /// The inbox, and the lanes on the way down to this one and with it.
    package var chain: [Lane] {
        var chain = [Lane.root]
        var path = FilePath()
        for component in self.path.components {
            path.append(component)
            chain.append(Lane(path: path))
        }
        return chain
    }

    /// So many folders may lie one in the other; see ``tooDeep``.
    package static let depthLimit = 32

    /// The outermost folder on the way to this one that lies deeper than lanes may: nothing in it is taken, since each
    /// of its files would be as dear as its way is long. `nil` where there is none.
    package var tooDeep: Lane? {
        guard path.components.count > Self.depthLimit else { return nil }
        return Lane(path: FilePath(root: nil, path.components.prefix(Self.depthLimit + 1)))
    }

    /// The lane below `directory`: `done` → `done/acme`.
    package func folder(below directory: FilePath) -> FilePath {
        isRoot ? directory : directory.pushing(path)
    }
}

extension Lane {
    /// The lane of a text such as `acme/spring`; the inbox itself for an empty one. `nil` where it is absolute or has
    /// `.` or `..` in it: no place below the inbox.
    package init?(text: String) {
        guard !text.utf8.contains(0) else { return nil }
        self.init(checking: FilePath(text))
    }

    /// `nil` where the path is no place below the inbox.
    package init?(checking path: FilePath) {
        guard path.isRelative, path.components.allSatisfy({ $0.kind == .regular }) else { return nil }
        self.init(path: path)
    }

    /// The folder of a lane for what is to be paid for once more: what is dropped there comes back beside the result that
    /// was there before. In any case of letters.
    package static let againName: FilePath.Component = "again"

    /// Whether it is such a folder.
    package var isAgain: Bool { isCalled(Self.againName) }

    /// Whether it is called `urgent`: where no defaults say otherwise, what is dropped there goes first. In any case of
    /// letters.
    package var isUrgent: Bool { isCalled("urgent") }

    private func isCalled(_ name: FilePath.Component) -> Bool {
        path.lastComponent.map { String(decoding: $0).lowercased() == String(decoding: name) } ?? false
    }

    /// The lane that its results belong to: of ``againName`` the one that holds it.
    package var ofResults: Lane { isAgain ? Lane(path: path.removingLastComponent()) : self }

    /// `acme/spring`; empty for the inbox itself. Bytes that are not UTF-8 are replaced.
    package var text: String { String(decoding: path) }
}

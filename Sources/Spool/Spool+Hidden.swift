// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import SystemPackage

extension Spool {
    /// That the spool is hidden from this process, where it lies below people's homes and a service manager keeps them
    /// from its services; `nil` where that is not so. Blocking.
    package var hidden: SpoolError? {
        let path = root.isAbsolute ? root : (try? Kernel.workingDirectory().pushing(root)) ?? root
        return MountTable.current().hiddenHome(above: path.lexicallyNormalized()).map { .hidden(root, home: $0) }
    }
}

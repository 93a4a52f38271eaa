// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

extension OpenFile {
    /// Writes a file of this folder anew, which takes the old one's place by one rename. Others may write into the folder,
    /// so nothing that has the new one's name is opened: a FIFO would be waited for, and a link would lead elsewhere.
    ///
    /// - Parameters:
    ///   - name: one name.
    ///   - isLasting: whether it is somebody's and is needed, unlike a view that is written anew all the time: after a power
    ///     cut it is the old one or the new one, and it stays whose it was, with the rights that it had.
    package func replace(_ name: FilePath, with bytes: [UInt8], isLasting: Bool = false) throws(Errno) {
        // Hidden, as one that is hidden is.
        let new = FilePath((name.string.hasPrefix(".") ? "" : ".") + name.string + ".new")
        let file = try Kernel.createAnew(new, at: descriptor)
        do {
            try file.writeAll(bytes)
            if isLasting {
                let old = try Kernel.status(of: name, at: descriptor)
                if old.kind == .regular { try file.setRights(of: old) }
                try file.sync()
            }
            try Kernel.replace(name, with: new, at: descriptor)
        } catch {
            try? Kernel.remove(new, at: descriptor)
            throw error
        }
        if isLasting { try sync() }
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// Names of files, taken in the order of their bytes: a hundred thousand are some MiB, and none is a string before its
/// turn comes. Pure.
struct NameList: Sendable {
    /// Each name ends with a NUL, as the kernel has it.
    private var bytes: [CChar] = []
    private var starts: [UInt32] = []
    /// Those before it are taken.
    private var taken = 0
    private var isSorted = true

    var count: Int { starts.count - taken }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ name: FilePath.Component) {
        isSorted = starts.isEmpty
        starts.append(UInt32(clamping: bytes.count))
        name.withPlatformString { bytes.append(contentsOf: UnsafeBufferPointer(start: $0, count: strlen($0) + 1)) }
    }

    /// Takes the first of them.
    mutating func popFirst() -> FilePath.Component? {
        if !isSorted { sort() }
        guard taken < starts.count else { return nil }
        let start = Int(starts[taken])
        taken += 1
        defer { if isEmpty { self = NameList() } }
        return bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { FilePath.Component(platformString: $0 + start) }
        }
    }

    mutating func contains(_ name: FilePath.Component) -> Bool {
        if !isSorted { sort() }
        return place(of: name) != nil
    }

    /// Takes these out, as far as they are in it.
    mutating func remove(_ names: Set<FilePath.Component>) {
        if names.isEmpty { return }
        if !isSorted { sort() }
        let found = names.compactMap(place(of:))
        if found.isEmpty { return }
        if found.count == 1 {
            starts.remove(at: found[0])
            if isEmpty { self = NameList() }
            return
        }
        let gone = Set(found)
        starts = (taken..<starts.count).filter { !gone.contains($0) }.map { starts[$0] }
        taken = 0
        if isEmpty { self = NameList() }
    }

    /// Where a name stands among those that are sorted and not taken.
    private func place(of name: FilePath.Component) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return nil }
            return name.withPlatformString { name in
                var (low, high) = (taken, starts.count)
                while low < high {
                    let middle = (low + high) / 2
                    if strcmp(base + Int(starts[middle]), name) < 0 { low = middle + 1 } else { high = middle }
                }
                return low < starts.count && strcmp(base + Int(starts[low]), name) == 0 ? low : nil
            }
        }
    }

    private mutating func sort() {
        bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            starts[taken...].sort { strcmp(base + Int($0), base + Int($1)) < 0 }
        }
        isSorted = true
    }
}

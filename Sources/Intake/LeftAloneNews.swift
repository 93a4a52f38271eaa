// SPDX-License-Identifier: Apache-2.0

internal import Requests
internal import SystemPackage

/// Which of the files that are left alone the log names, so that thousands at once are a few dozen lines and a sum for
/// each folder, and no log server drops the lines of others for them. Pure; time is passed in.
struct LeftAloneNews: Sendable {
    /// So many files in a folder were not named.
    struct Sum: Equatable, Sendable {
        /// A folder of the inbox, for all below it; empty for the inbox itself, `nil` for several.
        var folder: FilePath?
        var count: Int
    }

    static let perFolder = 10
    static let atOnce = 30
    static let sums = 10
    /// After so long files are named again.
    static let window = Duration.seconds(60)

    private var began: ContinuousClock.Instant?
    private var named: [Lane: Int] = [:]
    private var namedInAll = 0
    private var unnamed: [FilePath: Int] = [:]

    /// Whether the next one in a lane is named; otherwise it is counted.
    mutating func names(oneIn lane: Lane, at now: ContinuousClock.Instant) -> Bool {
        if began.map({ now >= $0.advanced(by: Self.window) }) ?? true {
            (began, named, namedInAll) = (now, [:], 0)
        }
        if namedInAll < Self.atOnce, named[lane, default: 0] < Self.perFolder {
            named[lane, default: 0] += 1
            namedInAll += 1
            return true
        }
        let folder = lane.path.components.first.map { FilePath(root: nil, [$0]) } ?? FilePath()
        unnamed[folder, default: 0] += 1
        return false
    }

    /// What was counted since this was last asked, the largest first.
    mutating func takeSums() -> [Sum] {
        let all = unnamed.sorted { ($1.value, $0.key.string) < ($0.value, $1.key.string) }
        unnamed = [:]
        var sums = all.prefix(Self.sums).map { Sum(folder: $0.key, count: $0.value) }
        let others = all.dropFirst(Self.sums).reduce(0) { $0 + $1.value }
        if others > 0 { sums.append(Sum(folder: nil, count: others)) }
        return sums
    }
}

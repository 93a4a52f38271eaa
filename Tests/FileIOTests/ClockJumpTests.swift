// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import FileIO
@testable import TestSupport

/// How it is noticed that the wall clock was set, with both clocks passed in.
struct ClockJumpTests {
    private static let machine = ContinuousClock.now

    private static func jump(_ jump: inout ClockJump, wall: Int, machine: Int) -> Duration? {
        jump.saw(
            ClockPair(
                wall: Timestamp(milliseconds: Samples.start.milliseconds + Int64(wall) * 1000),
                machine: Self.machine + .seconds(machine)))
    }

    private static func new() -> ClockJump { ClockJump(ClockPair(wall: Samples.start, machine: machine)) }

    @Test(arguments: [(30, 30), (86_400, 86_400), (32, 30), (28, 30), (0, 0)])
    func `a clock that goes as it should, or is corrected a little, was not set`(wall: Int, machine: Int) {
        var jump = Self.new()
        #expect(Self.jump(&jump, wall: wall, machine: machine) == nil)
    }

    @Test(arguments: [(30 + 3, 30, 3), (-2_592_000, 5, -2_592_005), (94_608_000, 0, 94_608_000)])
    func `a clock that was set is told of once, by how far`(wall: Int, machine: Int, by: Int) {
        var jump = Self.new()
        #expect(Self.jump(&jump, wall: wall, machine: machine) == .seconds(by))
        #expect(Self.jump(&jump, wall: wall + 30, machine: machine + 30) == nil)
    }

    /// Before each reading the clocks go on by so many milliseconds: the machine's, the wall's, the machine's again.
    @Test(arguments: [[0, 0, 0], [5000, 3, 4], [0, 5000, 0, 2, 1, 0], [0, 0, 5000, 1, 0, 0], [0, 99, 0]])
    func `a thread that is held up between the two clocks reads them again`(pauses: [Int]) {
        var (time, left) = (0, pauses[...])
        func pass() -> Int {
            time += left.popFirst() ?? 0
            return time
        }
        let pair = ClockPair.read(
            wall: { Timestamp(milliseconds: Samples.start.milliseconds + Int64(pass())) },
            machine: { Self.machine + .milliseconds(pass()) })
        #expect(left.isEmpty)
        let shown = Self.machine.duration(to: pair.machine) - pair.wall.since(Samples.start)
        #expect(shown >= .zero && shown <= .milliseconds(100))
    }

    @Test func `small steps add up`() {
        var jump = Self.new()
        #expect(Self.jump(&jump, wall: 11, machine: 10) == nil)
        #expect(Self.jump(&jump, wall: 22, machine: 20) == nil)
        #expect(Self.jump(&jump, wall: 33, machine: 30) == .seconds(3))
    }
}

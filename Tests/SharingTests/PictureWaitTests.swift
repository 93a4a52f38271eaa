// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Sharing

/// When pictures are ready, and when they are given up.
struct PictureWaitTests {
    static let start = ContinuousClock.now

    static func id(_ number: Int64) -> FileStatus.Identity {
        FileStatus.Identity(device: 1, inode: 2, size: 10 + number, modified: number)
    }

    static func picture(_ number: Int64, whole: Bool = true) -> PictureLook {
        .picture(id(number), endsWhole: whole)
    }

    private static func pictures(_ count: Int) -> [LocalPicture] {
        (0..<count).compactMap { LocalPicture(file: FilePath("\($0).png"), token: "\($0)") }
    }

    /// One look at each picture, and what is to come of it. Times in milliseconds since the start.
    struct Look: Sendable {
        var at: Int
        var looks: [PictureLook]
        var verdict: Verdict
    }

    enum Verdict: Sendable, Equatable {
        case ready([FileStatus.Identity])
        case again(at: Int)
        case fault(Int, LocalPictureProblem)
        case faults([Int])
    }

    struct Life: Sendable, CustomTestStringConvertible {
        var name: String
        var looks: [Look]
        var settle = 250
        var wait = 60_000

        var testDescription: String { name }
    }

    private static let limit: Int64 = 100
    private static let time = Duration.seconds(60)

    static let lives: [Life] = [
        Life(
            name: "there already: settles",
            looks: [
                Look(at: 0, looks: [picture(1)], verdict: .again(at: 250)),
                Look(at: 249, looks: [picture(1)], verdict: .again(at: 250)),
                Look(at: 250, looks: [picture(1)], verdict: .ready([id(1)])),
            ]),
        Life(
            name: "no settle: at once",
            looks: [Look(at: 0, looks: [picture(1)], verdict: .ready([id(1)]))], settle: 0),
        Life(
            name: "changes: begins anew",
            looks: [
                Look(at: 0, looks: [picture(1)], verdict: .again(at: 250)),
                Look(at: 250, looks: [picture(2)], verdict: .again(at: 500)),
                Look(at: 500, looks: [.beingWritten], verdict: .again(at: 750)),
                Look(at: 750, looks: [picture(2)], verdict: .again(at: 1000)),
                Look(at: 1000, looks: [picture(2)], verdict: .ready([id(2)])),
            ]),
        Life(
            name: "its end is missing: longer",
            looks: [
                Look(at: 0, looks: [picture(1, whole: false)], verdict: .again(at: 5000)),
                Look(at: 4999, looks: [picture(1, whole: false)], verdict: .again(at: 5000)),
                Look(at: 5000, looks: [picture(1, whole: false)], verdict: .ready([id(1)])),
            ]),
        Life(
            name: "arrives in its time, the looks getting rarer",
            looks: [
                Look(at: 0, looks: [.missing], verdict: .again(at: 250)),
                Look(at: 10_000, looks: [.missing], verdict: .again(at: 11_000)),
                Look(at: 55_000, looks: [.empty], verdict: .again(at: 60_000)),
                Look(at: 60_000, looks: [picture(1)], verdict: .again(at: 60_250)),
                Look(at: 60_250, looks: [picture(1)], verdict: .ready([id(1)])),
            ]),
        Life(
            name: "does not arrive",
            looks: [
                Look(at: 59_999, looks: [.missing], verdict: .again(at: 60_000)),
                Look(at: 60_000, looks: [.missing], verdict: .fault(0, .missing(after: time))),
            ]),
        Life(
            name: "stays empty",
            looks: [Look(at: 60_000, looks: [.empty], verdict: .fault(0, .empty(after: time)))]),
        Life(
            name: "is written for ever, as the kernel says",
            looks: [Look(at: 60_000, looks: [.beingWritten], verdict: .fault(0, .stillWritten(after: time)))]),
        Life(
            name: "is written for ever, as its size says",
            looks: [
                Look(at: 59_900, looks: [picture(1)], verdict: .again(at: 60_150)),
                Look(at: 60_150, looks: [picture(2)], verdict: .fault(0, .stillWritten(after: time))),
            ]),
        Life(
            name: "outside: at once", looks: [Look(at: 0, looks: [.outside], verdict: .fault(0, .outside))]),
        Life(
            name: "not downloaded yet, then it is",
            looks: [
                Look(at: 0, looks: [.placeholder], verdict: .again(at: 5000)),
                Look(at: 4000, looks: [picture(1)], verdict: .again(at: 4250)),
                Look(at: 4250, looks: [picture(1)], verdict: .ready([id(1)])),
            ]),
        Life(
            name: "not downloaded",
            looks: [
                Look(at: 0, looks: [.placeholder], verdict: .again(at: 5000)),
                Look(at: 5000, looks: [.placeholder], verdict: .fault(0, .placeholder)),
            ]),
        Life(
            name: "no picture yet, then one",
            looks: [
                Look(at: 0, looks: [.notAPicture(id(1))], verdict: .again(at: 5000)),
                Look(at: 4000, looks: [.notAPicture(id(2))], verdict: .again(at: 9000)),
                Look(at: 9000, looks: [picture(2)], verdict: .again(at: 9250)),
                Look(at: 9250, looks: [picture(2)], verdict: .ready([id(2)])),
            ]),
        Life(
            name: "no picture",
            looks: [
                Look(at: 0, looks: [.notAPicture(id(1))], verdict: .again(at: 5000)),
                Look(at: 5000, looks: [.notAPicture(id(1))], verdict: .fault(0, .notAPicture)),
            ]),
        Life(
            name: "too large",
            looks: [
                Look(at: 0, looks: [.tooLarge(id(1), limit: limit)], verdict: .again(at: 5000)),
                Look(at: 5000, looks: [.tooLarge(id(1), limit: limit)], verdict: .fault(0, .tooLarge(limit: limit))),
            ]),
        Life(
            name: "a symlink, a folder, unreadable",
            looks: [
                Look(at: 0, looks: [.symlink], verdict: .again(at: 5000)),
                Look(at: 5000, looks: [.notAFile], verdict: .again(at: 10_000)),
                Look(at: 10_000, looks: [.unreadable(.permissionDenied)], verdict: .again(at: 15_000)),
                Look(
                    at: 15_000, looks: [.unreadable(.permissionDenied)],
                    verdict: .fault(0, .unreadable(why: "Permission denied"))),
            ]),
        Life(
            name: "the doubt ends with the wait",
            looks: [
                Look(at: 0, looks: [.notAFile], verdict: .again(at: 2000)),
                Look(at: 2000, looks: [.notAFile], verdict: .fault(0, .notAFile)),
            ], wait: 2000),
        Life(
            name: "two: both must be ready at one look, in their order",
            looks: [
                Look(at: 0, looks: [picture(1), .missing], verdict: .again(at: 250)),
                Look(at: 250, looks: [picture(1), picture(2)], verdict: .again(at: 500)),
                Look(at: 500, looks: [picture(1), picture(2)], verdict: .ready([id(1), id(2)])),
            ]),
        Life(
            name: "two: one was ready and changes",
            looks: [
                Look(at: 0, looks: [picture(1), .missing], verdict: .again(at: 250)),
                Look(at: 300, looks: [picture(3), picture(2)], verdict: .again(at: 550)),
                Look(at: 550, looks: [picture(3), picture(2)], verdict: .ready([id(3), id(2)])),
            ]),
        Life(
            name: "three: all that are missing are named",
            looks: [Look(at: 60_000, looks: [.missing, picture(1), .empty], verdict: .faults([0, 2]))]),
    ]

    @Test(arguments: lives)
    func `looks and the clock decide`(life: Life) {
        let pictures = Self.pictures(life.looks[0].looks.count)
        var wait = PictureWait(
            for: pictures, from: Self.start, wait: .milliseconds(life.wait), settle: .milliseconds(life.settle))
        for look in life.looks {
            let verdict = wait.saw(look.looks, at: Self.start.advanced(by: .milliseconds(look.at)))
            switch look.verdict {
            case .ready(let identities): #expect(verdict == .ready(identities), "at \(look.at)")
            case .again(let time):
                let instant = Self.start.advanced(by: .milliseconds(time))
                #expect(verdict == .lookAgain(at: instant), "at \(look.at)")
            case .fault(let index, let problem):
                let fault = LocalPictureFault(file: pictures[index].file, problem: problem)
                #expect(verdict == .givenUp([fault]), "at \(look.at)")
            case .faults(let indices):
                guard case .givenUp(let faults) = verdict else {
                    Issue.record("\(verdict) at \(look.at)")
                    return
                }
                #expect(faults.map(\.file) == indices.map { pictures[$0].file })
            }
        }
    }

    @Test func `what a lane adds is told with that lane`() throws {
        let lane = Lane(path: "shop")
        let added = try #require(LocalPicture(beside: lane, "back.png", token: "0"))
        var wait = PictureWait(for: [added], from: Self.start, wait: .seconds(60), settle: .zero)
        let verdict = wait.saw([.missing], at: Self.start.advanced(by: .seconds(60)))
        let fault = LocalPictureFault(file: "back.png", addedBy: lane, problem: .missing(after: .seconds(60)))
        #expect(verdict == .givenUp([fault]))
    }

    @Test func `it never looks more than four times a second, and comes to an end`() {
        var wait = PictureWait(for: Self.pictures(1), from: Self.start, wait: .seconds(600), settle: .zero)
        var now = Self.start
        var looks = 0
        while case .lookAgain(let next) = wait.saw([.missing], at: now) {
            #expect(next > now)
            now = next
            looks += 1
        }
        #expect(now == Self.start.advanced(by: .seconds(600)))
        #expect((120...180).contains(looks), "\(looks)")
    }
}

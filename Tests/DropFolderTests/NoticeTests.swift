// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import DropFolder
@testable import Spending
@testable import SpoolState

/// What the service manager is told, byte for byte, and where it listens.
struct NoticeTests {
    struct Sample: Sendable {
        var notice: Notice
        var text: String
    }

    static let samples: [Sample] = [
        Sample(notice: .ready, text: "READY=1\n"),
        Sample(notice: .status("3 waiting"), text: "STATUS=3 waiting\n"),
        Sample(notice: .reloading(since: 17_000_001), text: "RELOADING=1\nMONOTONIC_USEC=17000001\n"),
        Sample(notice: .stopping, text: "STOPPING=1\n"),
        Sample(notice: .watchdog, text: "WATCHDOG=1\n"),
    ]

    @Test(arguments: samples)
    func `each notice is what sd_notify(3) has for it`(sample: Sample) {
        #expect(sample.notice.text == sample.text)
    }

    @Test func `nothing that a server says can end the line and begin another`() {
        let text = Notice.status("paused: bad\nMAINPID=1\n\u{1B}[2J").text
        #expect(text.split(separator: "\n").count == 1)
        #expect(text == "STATUS=paused: badU+000AMAINPID=1U+000AU+001B[2J\n")
        // Long lines stay whole, and no line is too long for a datagram.
        let long = String(repeating: "\u{1F34C}", count: 500)
        #expect(Notice.status(long).text == "STATUS=\(long)\n")
        #expect(Notice.status(String(repeating: "\u{10FFFD}", count: 2000)).text.utf8.count < 4096)
    }

    @Test func `a reload begins by the monotonic clock`() {
        guard case .reloading(let first) = Notice.reloadingNow, case .reloading(let second) = Notice.reloadingNow else {
            Issue.record("another notice")
            return
        }
        #expect(first > 0)
        #expect(second >= first)
    }

    @Test func `a path ends with a zero byte, an abstract name begins with one`() {
        #expect(NoticeAddress("/run/n")?.bytes == Array("/run/n\0".utf8))
        #expect(NoticeAddress("@a/b")?.bytes == Array("\0a/b".utf8))
    }

    @Test(arguments: ["", "@", "run/notify", "vsock:2:1234", "/" + String(repeating: "x", count: 107)])
    func `what is neither is refused`(text: String) {
        #expect(NoticeAddress(text) == nil)
    }

    @Test func `the longest that fits is taken`() {
        #expect(NoticeAddress("/" + String(repeating: "x", count: 106))?.bytes.count == 108)
        #expect(NoticeAddress("@" + String(repeating: "x", count: 107))?.bytes.count == 108)
    }

    struct Watched: Sendable {
        var environment: [String: String]
        var timeout: Duration?
    }

    static let watched: [Watched] = [
        Watched(environment: ["WATCHDOG_USEC": "3000000"], timeout: .seconds(3)),
        Watched(environment: ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "42"], timeout: .seconds(3)),
        Watched(environment: ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "43"], timeout: nil),
        Watched(environment: ["WATCHDOG_USEC": "0"], timeout: nil),
        Watched(environment: ["WATCHDOG_USEC": "soon"], timeout: nil),
        Watched(environment: [:], timeout: nil),
    ]

    @Test(arguments: watched)
    func `pings are sent where this process is to send them`(sample: Watched) {
        let environment = sample.environment.merging(["NOTIFY_SOCKET": "@x"]) { $1 }
        #expect(ServiceManager(environment: environment, pid: 42).watchdogTimeout == sample.timeout)
        #expect(ServiceManager(environment: sample.environment, pid: 42).watchdogTimeout == nil, "nobody listens")
    }

    @Test func `the line says first why nothing moves, and then how many`() {
        var state = SpoolState(at: Timestamp(milliseconds: 0))
        (state.doneSinceStart, state.failedSinceStart, state.queue.count) = (40, 2, 12)
        state.today.spent.submits = 1
        #expect(
            Wording.notice(state) == "12 waiting, 40 done, 2 failed since the start; today 1 submit, 0.00 spent")
        state.troubles.disk = "No space left on device"
        state.troubles.inboxIsGone = true
        state.underWay?.count = 3
        #expect(
            Wording.notice(state) == "waiting for the disk: No space left on device; waiting for the inbox, which is "
                + "gone; 12 waiting, 3 under way, 40 done, 2 failed since the start; today 1 submit, 0.00 spent")
    }
}

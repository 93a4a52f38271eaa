// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBananaSimulator

@Suite struct FaultMarkersTests {
    @Test(
        arguments: [
            ("", []), ("no marker", []), ("[fault:submit=lost", []), ("[fault:nowhere=lost]", []),
            ("[fault:submit]", []),
            ("[fault:submit=lost]", [.init(stage: .submit, kind: "lost", times: nil)]),
            ("a [fault:poll=http502x3] b", [.init(stage: .poll, kind: "http502", times: 3)]),
            (
                "[fault:picture=html][fault:oops=a][fault:submit=dropx1]",
                [
                    .init(stage: .picture, kind: "html", times: nil), .init(stage: .submit, kind: "drop", times: 1),
                ]
            ),
        ] as [(String, [FaultMarkers.Marker])])
    func `markers are read from a prompt`(prompt: String, markers: [FaultMarkers.Marker]) {
        #expect(FaultMarkers(prompt: prompt).markers == markers)
    }

    @Test func `of two markers the second follows when the first has been used up`() {
        let markers = FaultMarkers(prompt: "[fault:submit=dropx1][fault:submit=lostx3][fault:poll=never]")
        #expect((0...3).map { markers.kind(.submit, time: $0) } == ["drop", "lost", "lost", nil])
        #expect(markers.kind(.poll, time: 1_000) == "never")
        #expect(markers.kind(.picture, time: 0) == nil)
    }

    @Test(
        arguments: [
            ("http500", .http(500)), ("code402", .code(402)), ("drop", .drop), ("lost", .lost), ("garbage", .garbage),
            ("slow500", .slow(500)), ("nonsense", nil), ("http", nil), ("httpx", nil), ("http5000", nil),
            ("http-1", nil),
            ("http101", nil), ("slow-1", nil), ("echo400", .echo(400)), ("echo", nil), ("slow9223372036854775807", nil),
            ("", nil),
        ] as [(String, SubmitFault?)])
    func `a word names a fault of a submit, or none`(word: String, fault: SubmitFault?) {
        #expect(SubmitFault(marker: word) == fault)
    }

    @Test(
        arguments: [
            ("http502", .http(502)), ("unknown", .unknownState), ("drop", .drop), ("error", .taskError),
            ("never", .never),
            ("lost", nil), ("http9999", nil),
        ] as [(String, PollFault?)])
    func `a word names a fault of a question, or none`(word: String, fault: PollFault?) {
        #expect(PollFault(marker: word) == fault)
    }

    @Test(
        arguments: [
            ("http404", .http(404)), ("truncated", .truncated), ("html", .html), ("slow20", .slow(20)),
            ("endless", .endless), ("drop", nil), ("http0", nil),
        ] as [(String, PictureFault?)])
    func `a word names a fault of a picture, or none`(word: String, fault: PictureFault?) {
        #expect(PictureFault(marker: word) == fault)
    }
}

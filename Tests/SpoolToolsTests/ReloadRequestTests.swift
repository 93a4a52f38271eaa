// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import SpoolTools

/// What the daemon's page says to whoever has asked for a reload.
struct ReloadRequestTests {
    private static let taken = "The configuration was read again; changed: nothing."

    @Test(
        arguments: [
            (#"{"reload": null}"#, nil), (#"{"reload": {"began": 99, "refused": null}}"#, nil),
            (#"{"reload": {"refused": null}}"#, nil),
            (#"{"reload": {"began": 100, "refused": null}}"#, .taken([taken])),
            (#"{"reload": {"began": 101, "refused": "no"}}"#, .refused("no")), (#"{"started_at": "x"}"#, .unsaid),
        ] as [(String, ReloadRequest.Outcome?)])
    func `only a reading that began after the question answers it`(
        page: String, outcome: ReloadRequest.Outcome?
    ) throws {
        let page = try JSONDocumentParser.parse(Array(page.utf8))
        #expect(ReloadRequest.outcome(on: page, askedAt: 100) == outcome)
    }
}

// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FileIO
@testable import SpoolTools

/// What `doctor` says of pictures.
struct PicturesSymptomTests {
    @Test func `names that a proxy makes up are said, and are no fault`() {
        let diagnosis = Diagnosis(PicturesSymptom.namesAreMadeUp)
        #expect(diagnosis.level == .ok)
        #expect(diagnosis.finding.contains("198.18.0.0/15"))
    }

    @Test func `the limit of descriptors only ever rises`() throws {
        let first = try #require(DescriptorLimit.raise())
        #expect(first > 0)
        #expect(DescriptorLimit.raise() == first)
    }
}

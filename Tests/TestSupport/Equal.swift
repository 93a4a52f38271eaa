// SPDX-License-Identifier: Apache-2.0

import Testing

/// `#expect(a == b)` for values that a mutating call returns, which the macro does not take.
func equal<Value: Equatable>(_ found: Value, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(found == expected, sourceLocation: sourceLocation)
}

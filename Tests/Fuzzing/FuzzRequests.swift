// SPDX-License-Identifier: Apache-2.0

/// libFuzzer calls this with each input; a broken property ends the program, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let broken = RequestProperties.broken(by: .init(UnsafeBufferPointer(start: start, count: count)))
    if !broken.isEmpty { fatalError(broken.joined(separator: "\n")) }
    return 0
}

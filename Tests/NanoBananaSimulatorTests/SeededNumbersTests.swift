// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBananaSimulator

@Suite struct SeededNumbersTests {
    private let chances: [PollFault: Double] = [.drop: 0.2, .http(502): 0.2, .taskError: 0.1, .never: 0.1]

    private func picks(seed: UInt64, _ chances: [PollFault: Double]) -> [PollFault?] {
        var random = SeededNumbers(seed: seed)
        return (0..<10_000).map { _ in random.pick(chances) }
    }

    /// The reference values of SplitMix64 for the seed 1234567: https://prng.di.unimi.it/splitmix64.c
    @Test func `the numbers are those of SplitMix64`() {
        var random = SeededNumbers(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
    }

    @Test func `the same seed gives the same faults, another seed others`() {
        #expect(picks(seed: 7, chances) == picks(seed: 7, Dictionary(uniqueKeysWithValues: chances.shuffled())))
        #expect(picks(seed: 7, chances) != picks(seed: 8, chances))
    }

    @Test func `each fault is as likely as it is given`() {
        let picks = picks(seed: 7, chances)
        for (fault, chance) in chances {
            let share = Double(picks.count { $0 == fault }) / Double(picks.count)
            #expect(abs(share - chance) < 0.02)
        }
    }

    @Test func `a chance of 1 is always, of 0 and without chances never`() {
        #expect(picks(seed: 7, [.drop: 1]).allSatisfy { $0 == .drop })
        #expect(picks(seed: 7, [.drop: 0]).allSatisfy { $0 == nil })
        #expect(picks(seed: 7, [:]).allSatisfy { $0 == nil })
    }

    @Test func `a run of the stand-in can be had again`() {
        func run(seed: UInt64) -> [String] {
            var configuration = SimulatorConfiguration()
            configuration.seed = seed
            configuration.submitFaults = [.drop: 0.3, .http(500): 0.3]
            let api = SimulatedAPI(configuration)
            return (0..<200).map { number in
                switch api.submit(Submit(prompt: "\(number)").body, key: "k", base: "", now: 0).reply {
                case .drop: "drop"
                case .html: "html"
                case .json: "json"
                case .picture, .cutShort, .slowPicture, .endless: "picture"
                }
            }
        }
        #expect(Set(run(seed: 3)) == ["drop", "html", "json"])
        #expect(run(seed: 3) == run(seed: 3))
        #expect(run(seed: 3) != run(seed: 4))
    }
}

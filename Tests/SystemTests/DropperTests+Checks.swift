// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// That a trial can fail.
    @Suite(.serialized) struct Checks {
        @Test func `the checks see a second payment`() async throws {
            let twice = Dropper(
                name: "cp, twice",
                script: """
                    for result in hero hero-2; do
                        cp "$work/hero.yaml" "$inbox/"
                        until [ -d "$inbox/../done/$result" ]; do sleep 0.05; done
                    done
                    """)
            #expect(try await DropperTrial(dropper: twice).problems().contains("paid 2 times"))
        }

        @Test func `the checks see a request that was taken too early`() async throws {
            // Cut off behind its fourth link, and left like that.
            let cut = Dropper(name: "head", script: #"head -n 6 "$work/hero.yaml" > "$inbox/hero.yaml""#)
            let problems = try await DropperTrial(dropper: cut).problems()
            #expect(problems.contains("4 links were sent"))
            #expect(problems.contains("what is kept is not what was dropped"))
        }

        @Test func `the checks see one that was never taken`() async throws {
            let none = Dropper(name: "nothing", script: ":")
            #expect(try await DropperTrial(dropper: none).problems().contains("paid 0 times"))
        }
    }
}

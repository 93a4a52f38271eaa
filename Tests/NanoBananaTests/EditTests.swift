// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// From a request to its pictures in one call, against the stand-in.
@Suite(.idleLimit)
struct EditTests {
    /// Asks often, and believes nothing at once.
    private static var quick: EditPatience {
        var patience = EditPatience()
        (patience.firstWait, patience.longestWait) = (.milliseconds(10), .milliseconds(20))
        return patience
    }

    /// Believes the first answer.
    private static var credulous: EditPatience {
        var patience = quick
        (patience.doubt, patience.picture) = (.zero, .zero)
        return patience
    }

    private static func request(_ prompt: String) throws -> EditRequest {
        try EditRequest(model: .pro, prompt: prompt, images: [ImageLink("https://a.example/1.png")])
    }

    private static func withClient<Value>(
        of url: String, key: String = "a-key", _ body: (NanoBananaClient) async throws -> Value
    ) async throws -> Value {
        var configuration = NanoBananaClient.Configuration()
        configuration.apiURL = url
        return try await NanoBananaClient.withClient(configuration, key: { APIKey(key) }, body)
    }

    /// The error of one edit, with which nothing is sent twice.
    private static func failure(
        of prompt: String, by client: NanoBananaClient, _ patience: EditPatience = credulous
    ) async throws -> EditError? {
        let request = try request(prompt)
        return await #expect(throws: EditError.self) { try await client.edit(request, patience: patience) }
    }

    @Test(arguments: [false, true])
    func `a request's pictures come back whole`(straightAway: Bool) async throws {
        var configuration = SimulatorConfiguration()
        configuration.straightAway = straightAway
        configuration.picturesPerTask = 2
        configuration.workTime = .milliseconds(50)...(.milliseconds(50))
        try await withSimulator(configuration) { simulator, url in
            let pictures = try await Self.withClient(of: url) { client in
                try await client.edit(Self.request("make it red"), patience: Self.quick)
            }
            #expect(pictures.map(\.kind) == [.png, .png])
            #expect(Set(pictures.map(\.link)).count == 2)
            #expect(pictures.allSatisfy { $0.bytes.count > 1000 })
            let seen = simulator.ledger.snapshot
            #expect(seen.submits == 1 && seen.paid == 1)
            #expect((seen.polls == 0) == straightAway)
        }
    }

    @Test func `the task is told once, before it is asked for`() async throws {
        try await withSimulator { simulator, url in
            var told: [TaskID] = []
            let pictures = try await Self.withClient(of: url) { client in
                try await client.edit(Self.request("red"), patience: Self.quick) { task in
                    told.append(task)
                    #expect(simulator.ledger.snapshot.polls == 0)
                }
            }
            #expect(pictures.count == 1 && told.count == 1)
        }
    }

    @Test func `a task that could not be kept stands in the error`() async throws {
        struct Full: Error, LocalizedError { let errorDescription: String? = "no room" }
        try await withSimulator { simulator, url in
            let error = try await Self.withClient(of: url) { client in
                await #expect(throws: EditError.self) {
                    try await client.edit(Self.request("red"), patience: Self.quick) { _ in throw Full() }
                }
            }
            #expect(error?.reason == .notKept(message: "no room"))
            #expect(error?.task != nil && error?.charge == .yes)
            let seen = simulator.ledger.snapshot
            #expect(seen.submits == 1 && seen.polls == 0)
        }
    }

    @Test(arguments: [
        "poll=http502x3", "poll=dropx2", "poll=otherx2", "poll=busyx2", "poll=emptyx2", "poll=unknownx2",
        "picture=http404x2", "picture=truncatedx1", "picture=htmlx1", "picture=http503x1",
    ])
    func `what passes is waited out, and nothing is sent twice`(fault: String) async throws {
        try await withSimulator { simulator, url in
            let pictures = try await Self.withClient(of: url) { client in
                try await client.edit(Self.request("[fault:\(fault)] red"), patience: Self.quick)
            }
            #expect(pictures.count == 1)
            #expect(simulator.ledger.snapshot.submits == 1)
        }
    }

    @Test(arguments: [
        ("submit=code402", Charge.no), ("submit=http429", .no), ("submit=code400", .no), ("submit=lost", .maybe),
        ("submit=drop", .maybe), ("submit=http500", .maybe), ("submit=garbage", .maybe),
    ])
    func `a submit that fails is not repeated, and says whether it was charged`(
        fault: String, charge: Charge
    ) async throws {
        try await withSimulator { simulator, url in
            let error = try await Self.withClient(of: url) { try await Self.failure(of: "[fault:\(fault)]", by: $0) }
            guard case .submit(let reason)? = error?.reason else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.charge == charge && reason.charge == charge)
            #expect(error?.task == nil)
            #expect(error?.localizedDescription == reason.localizedDescription)
            #expect(simulator.ledger.snapshot.submits == 1)
        }
    }

    @Test func `a task that fails was charged, and is named`() async throws {
        try await withSimulator { simulator, url in
            let error = try await Self.withClient(of: url) { try await Self.failure(of: "[fault:poll=error]", by: $0) }
            guard case .taskFailed(let failure)? = error?.reason else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(failure.cause == .request)
            #expect(error?.charge == .yes && error?.task != nil)
            #expect(simulator.ledger.snapshot.submits == 1)
        }
    }

    @Test func `a task that takes too long is gone on with for nothing`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(3_600)...(.seconds(3_600))
        try await withSimulator(configuration) { simulator, url in
            try await Self.withClient(of: url) { client in
                var patience = Self.quick
                patience.task = .milliseconds(50)
                let error = try await Self.failure(of: "red", by: client, patience)
                #expect(error?.reason == .timedOut(lastWord: "pending"))
                #expect(error?.charge == .yes)
                simulator.finishWork()
                let task = try #require(error?.task)
                #expect(try await client.pictures(of: task, patience: patience).count == 1)
            }
            #expect(simulator.ledger.snapshot.submits == 1)
        }
    }

    @Test func `a picture that does not come is fetched later by its link`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.picturesPerTask = 2
        try await withSimulator(configuration) { simulator, url in
            try await Self.withClient(of: url) { client in
                let error = try await Self.failure(of: "[fault:picture=truncated]", by: client)
                guard case .picture(number: 1, .brokeOff(let bytes))? = error?.reason else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(bytes > 0)
                #expect(error?.charge == .yes && error?.pictures == [] && error?.links.count == 2)
                simulator.endPictureFaults()
                let link = try #require(error?.links.last)
                #expect(try await client.picture(link).kind == .png)
            }
            #expect(simulator.ledger.snapshot.submits == 1)
        }
    }

    @Test func `a key that is refused for polls is said at once`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.keys = ["a-key"]
        try await withSimulator(configuration) { _, url in
            let task = try #require(TaskID("some-task"))
            let error = try await Self.withClient(of: url, key: "another") { client in
                await #expect(throws: EditError.self) { try await client.pictures(of: task) }
            }
            guard case .keyRefused? = error?.reason else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.task == task)
        }
    }

    @Test func `a task that the API does not know is doubted, then believed`() async throws {
        try await withSimulator { simulator, url in
            let task = try #require(TaskID("some-task"))
            var patience = Self.quick
            patience.doubt = .milliseconds(100)
            let error = try await Self.withClient(of: url) { [patience] client in
                await #expect(throws: EditError.self) { try await client.pictures(of: task, patience: patience) }
            }
            #expect(error?.reason == .unknownTask(message: "task not found"))
            #expect(simulator.ledger.snapshot.strayPolls > 1)
        }
    }

    @Test func `a picture that is too large is not held`() async throws {
        try await withSimulator { _, url in
            var patience = Self.quick
            patience.maxPictureBytes = 1000
            let error = try await Self.withClient(of: url) { [patience] client in
                try await Self.failure(of: "[fault:picture=endless]", by: client, patience)
            }
            #expect(error?.reason == .picture(number: 1, .tooLarge(limit: 1000)))
        }
    }
}

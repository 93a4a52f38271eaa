// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import NanoBanana
@testable import TestSupport

/// What goes through many bytes is done beside the loop, on which the daemon runs all its tasks.
@Suite(.idleLimit)
struct HeavyWorkTests {
    private static let few = 1
    private static let many = 1 << 20

    /// Runs tasks on one event loop, as the daemon does.
    private final class LoopExecutor: TaskExecutor {
        let loop = MultiThreadedEventLoopGroup.singleton.next()

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    private final class End: Sendable {
        let isReached = Mutex(false)

        func after(_ work: @Sendable () async throws -> Void) async throws {
            try await work()
            isReached.withLock { $0 = true }
        }
    }

    /// Whether the work was over when the loop came to what was waiting behind its beginning, which is signalled.
    private func holdsUpOthers(
        _ work: @escaping @Sendable (_ others: DispatchSemaphore) async throws -> Void
    ) async throws -> Bool {
        let (executor, end, gate) = (LoopExecutor(), End(), DispatchSemaphore(value: 0))
        let others = DispatchSemaphore(value: 0)
        return try await withTaskExecutorPreference(executor) {
            // The loop begins when both are queued: the work may be over sooner than this thread comes to the second.
            executor.loop.execute { gate.wait() }
            async let result: Void = end.after { try await work(others) }
            let wasDone = executor.loop.submit {
                defer { others.signal() }
                return end.isReached.withLock { $0 }
            }
            gate.signal()
            try await result
            return try await wasDone.get()
        }
    }

    @Test func `many bytes are gone through beside the loop, and few at once`() async throws {
        #expect(try await holdsUpOthers { _ in _ = await HeavyWork.run(bytes: Self.few) { 7 } })
        // Where the thread is done before the caller has come to wait, the caller does not wait: so it is not done before.
        let isHeldUp = try await holdsUpOthers { others in
            let came = await HeavyWork.run(bytes: Self.many) { others.wait(timeout: .now() + 30) }
            #expect(came == .success)
        }
        #expect(!isHeldUp)
    }

    @Test func `it is done though the caller is cancelled`() async {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await HeavyWork.run(bytes: Self.many) { 7 }
        }
        task.cancel()
        #expect(await task.value == 7)
    }

    @Test func `a picture of megabytes in an answer holds up nobody while it is decoded`() async throws {
        let text = "data:image/png;base64," + Data(repeating: 7, count: Self.many).base64EncodedString()
        try await Samples.withClient(of: "http://127.0.0.1:9") { client in
            let held = try await holdsUpOthers { _ in _ = try await client.download(PictureLink(url: text)) }
            #expect(!held)
        }
    }

    @Test func `an answer of megabytes is read whole`() async throws {
        let text = Data(repeating: 7, count: Self.many).base64EncodedString()
        let body = #"{"code":200,"data":{"state":"succeeded","images":[{"b64_json":"\#(text)"}]}}"#
        try await RawServer.run(answering: { _ in .http(200, body) }) { server in
            try await Samples.withClient(of: server.url) { client in
                let report = try await client.poll(Samples.task())
                #expect(report.state == .succeeded([PictureLink(url: "data:;base64," + text)]))
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import FileIO
@testable import TestSupport

/// Several pieces of work at one time.
@Suite(.idleLimit)
struct ForkJoinTests {
    /// Blocks the threads that do the work, and so runs on one of its own.
    private static func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            BlockingThread.start("test") { continuation.resume(returning: work()) }
        }
    }

    @Test(arguments: [0, 1, 2, 8, 9, 500])
    func `all is done, each once, when it returns`(count: Int) async {
        let forkJoin = ForkJoin(threads: 8)
        for _ in 0..<20 {
            let done = await Self.onThread {
                let done = Mutex<[Int]>([])
                forkJoin.run((0..<count).map { number in { done.withLock { $0.append(number) } } })
                return done.withLock { $0 }
            }
            #expect(done.sorted() == Array(0..<count))
        }
    }

    @Test func `as many as there are threads are under way at one time, the caller's own included`() async {
        let forkJoin = ForkJoin(threads: 4)
        let most = await Self.onThread {
            let underWay = ConditionLock((now: 0, most: 0))
            forkJoin.run(
                (0..<20).map { number in
                    {
                        underWay.change { state in
                            state.now += 1
                            state.most = max(state.most, state.now)
                            return .all
                        }
                        // The first four meet here: nobody goes on before all of them have come.
                        if number < 4 { underWay.wait { $0.most >= 4 ? .found(()) : .sleep } }
                        underWay.change { state in
                            state.now -= 1
                            return .nobody
                        }
                    }
                })
            return underWay.wait { .found($0.most) }
        }
        #expect(most == 4)
    }

    @Test func `threads that nobody needs any more end, and others start when they are needed again`() async {
        let forkJoin = ForkJoin(threads: 4)
        for _ in 0..<2 {
            let started = await Self.onThread {
                let came = ConditionLock(0)
                // All four meet here, so that three threads are needed.
                forkJoin.run(
                    (0..<4).map { _ in
                        {
                            came.change {
                                $0 += 1
                                return .all
                            }
                            came.wait { $0 == 4 ? .found(()) : .sleep }
                        }
                    })
                return forkJoin.threads
            }
            #expect(started == 3)
            while forkJoin.threads > 0 { try? await Task.sleep(for: .milliseconds(20)) }
        }
    }
}

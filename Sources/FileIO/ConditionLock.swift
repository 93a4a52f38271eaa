// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// State that threads share and wait upon: a mutex with a condition (`pthread_cond_wait(3)`), on the monotonic clock,
/// so that setting the wall clock holds nothing up.
///
/// For threads that may block; nothing on the cooperative pool ever waits here.
// @unchecked: `state` is touched only with the mutex held; the two pthread objects are made for several threads.
package final class ConditionLock<State>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State
    #if DEBUG
        /// Wakes what stands for the thread that waits here, on a simulated machine.
        var sleeper: (() -> Void)?
    #endif

    package init(_ state: sending State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// What a change means for the threads that wait.
    package enum Wake {
        case nobody, one, all
    }

    /// Changes the state and wakes who the change concerns.
    package func change(_ change: (inout State) -> Wake) {
        pthread_mutex_lock(mutex)
        let wake = change(&state)
        pthread_mutex_unlock(mutex)
        #if DEBUG
            if wake != .nobody { sleeper?() }
        #endif
        switch wake {
        case .nobody: break
        case .one: pthread_cond_signal(condition)
        case .all: pthread_cond_broadcast(condition)
        }
    }

    /// Wakes one of the threads that wait, for what a look has found.
    func wakeOne() { pthread_cond_signal(condition) }

    /// What a look at the state has come to.
    package enum Look<Value> {
        case found(Value)
        case sleep
        /// At most so long.
        case sleepFor(Duration)
    }

    #if DEBUG
        /// Looks once.
        func peek<Value>(_ look: (inout State) -> Look<Value>) -> Look<Value> {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return look(&state)
        }
    #endif

    /// Blocks until a look finds something. `look` runs with the mutex held, after each wake-up.
    package func wait<Value>(_ look: (inout State) -> Look<Value>) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch look(&state) {
            case .found(let value): return value
            case .sleep:
                #if DEBUG
                    precondition(Machine.simulated == nil, "a simulated machine's only thread would wait for ever")
                #endif
                pthread_cond_wait(condition, mutex)
            case .sleepFor(let time):
                #if DEBUG
                    if let simulated = Machine.simulated {
                        simulated.block(for: time)
                        continue
                    }
                #endif
                var deadline = timespec()
                clock_gettime(CLOCK_MONOTONIC, &deadline)
                let nanoseconds = Int64(deadline.tv_nsec) + time.components.attoseconds / 1_000_000_000
                deadline.tv_sec += Int(time.components.seconds) + Int(nanoseconds / 1_000_000_000)
                deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
                pthread_cond_timedwait(condition, mutex, &deadline)
            }
        }
    }
}

extension ConditionLock {
    /// Does what looks find, one thing after the other, on a thread of its own, until one finds `nil`.
    ///
    /// - Parameters:
    ///   - name: the thread's.
    ///   - look: runs with the mutex held.
    ///   - worker: makes what does it, which may keep something in mind from one thing to the next.
    package func serve<Work>(
        _ name: StaticString, _ look: @escaping @Sendable (inout State) -> Look<Work?>,
        _ worker: @escaping @Sendable () -> (Work) -> Void
    ) {
        #if DEBUG
            if let simulation = Machine.simulated {
                return SimulatedThread(self, simulation, look, worker()).start()
            }
        #endif
        BlockingThread.start(name) { [self] in
            let work = worker()
            while let found = wait(look) { work(found) }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

/// When a task is polled again, and when its end is believed.
struct EditCourseTests {
    private static let refused = TaskFailure(.request, "content policy")
    private static let busy = TaskFailure(.service, "upstream busy")
    private static let empty = TaskFailure(.noPictures, "")

    private static func report(_ state: TaskReport.State) -> Result<TaskReport, PollError> {
        .success(TaskReport(state: state, workTime: nil, body: ByteBuffer()))
    }

    private static let running = report(.underWay("running"))
    private static let trouble = Result<TaskReport, PollError>.failure(
        .trouble(message: "HTTP 502", retryAfter: nil))

    private static func notAccepted(_ reason: NotAccepted.Reason, _ wait: Duration?) -> Result<TaskReport, PollError> {
        .failure(.notAccepted(NotAccepted(reason: reason, message: "no", retryAfter: wait)))
    }

    @Test func `it is polled after two seconds, then ever more slowly, and at least each ten`() {
        var course = EditCourse(EditPatience())
        #expect(course.first() == .seconds(2))
        var waits: [Duration] = []
        for second in 1...12 {
            guard case .pollAgain(let wait) = course.saw(Self.running, at: .seconds(second)) else { break }
            waits.append(wait)
        }
        #expect(waits.first == .milliseconds(2500))
        #expect(waits == waits.sorted() && waits.last == .seconds(10))
        #expect(waits.count == 12)
    }

    @Test func `pictures end it, and so does a failure of the request`() {
        var course = EditCourse(EditPatience())
        let links = [PictureLink(url: "https://a.example/1.png")]
        #expect(course.saw(Self.report(.succeeded(links)), at: .seconds(1)) == .pictures(links))
        #expect(course.saw(Self.report(.failed(Self.refused)), at: .seconds(1)) == .over(.taskFailed(Self.refused)))
    }

    @Test(arguments: [busy, empty])
    func `an end that may be none is believed after two minutes`(failure: TaskFailure) {
        var course = EditCourse(EditPatience())
        let end = Self.report(.failed(failure))
        for second in [10, 60, 129] {
            guard case .pollAgain = course.saw(end, at: .seconds(second)) else {
                Issue.record("believed after \(second) s")
                return
            }
        }
        #expect(course.saw(end, at: .seconds(130)) == .over(.taskFailed(failure)))
    }

    @Test func `work that goes on takes the doubt away, and trouble does not`() {
        var course = EditCourse(EditPatience())
        let end = Self.report(.failed(Self.busy))
        for (answer, second) in [(end, 10), (Self.running, 100), (end, 110), (Self.trouble, 200), (end, 229)] {
            guard case .pollAgain = course.saw(answer, at: .seconds(second)) else {
                Issue.record("over after \(second) s")
                return
            }
        }
        #expect(course.saw(end, at: .seconds(230)) == .over(.taskFailed(Self.busy)))
    }

    @Test func `a task that is unknown is believed to be so after two minutes`() {
        var course = EditCourse(EditPatience())
        let unknown = Result<TaskReport, PollError>.failure(.unknownTask(message: "no such task"))
        guard case .pollAgain = course.saw(unknown, at: .seconds(1)) else {
            Issue.record("believed at once")
            return
        }
        #expect(course.saw(unknown, at: .seconds(121)) == .over(.unknownTask(message: "no such task")))
    }

    @Test func `a key that is refused ends it, and all else that stands in the way is waited out`() {
        for reason in NotAccepted.Reason.allCases {
            var course = EditCourse(EditPatience())
            let verdict = course.saw(Self.notAccepted(reason, .seconds(30)), at: .seconds(1))
            let refusal = NotAccepted(reason: reason, message: "no", retryAfter: .seconds(30))
            #expect(verdict == (reason == .key ? .over(.keyRefused(refusal)) : .pollAgain(after: .seconds(30))))
        }
    }

    @Test func `no wait passes over the end, and the last poll counts`() {
        var course = EditCourse(EditPatience())
        let late = Self.notAccepted(.tooFast, .seconds(600))
        #expect(course.saw(late, at: .seconds(890)) == .pollAgain(after: .seconds(10)))
        #expect(course.saw(Self.running, at: .seconds(900)) == .over(.timedOut(lastWord: "running")))
        #expect(course.saw(Self.trouble, at: .seconds(900)) == .over(.timedOut(lastWord: "HTTP 502")))
        #expect(course.saw(Self.report(.failed(Self.busy)), at: .seconds(900)) == .over(.taskFailed(Self.busy)))
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(Int64.max)])
    func `no patience is too small or too large`(wait: Duration) {
        var patience = EditPatience()
        (patience.firstWait, patience.longestWait, patience.task, patience.doubt) = (wait, wait, wait, wait)
        var course = EditCourse(patience)
        #expect(course.first() >= .milliseconds(10))
        for answer in [Self.running, Self.trouble, Self.report(.failed(Self.empty))] {
            if case .pollAgain(let wait) = course.saw(answer, at: .seconds(1)) { #expect(wait >= .milliseconds(10)) }
        }
    }

    private static let hopeless: [PictureError] = [
        .tooLarge(limit: 1), .cancelled, .download(.badLink("x")), .download(.badInlinePicture),
        .download(.takesEncryptionOff("http://a")), .download(.forbiddenAddress("10.0.0.1", name: nil)),
    ]
    private static let hopeful: [PictureError] = [
        .brokeOff(bytes: 1), .notAPicture, .download(.gone(status: 404)), .download(.tooManyRedirects),
        .download(.trouble(message: "HTTP 503", retryAfter: nil)), .download(.forbiddenAddress("10.0.0.1", name: "a")),
    ]

    @Test func `a picture is tried for as long as it may come, for two minutes`() {
        for error in Self.hopeless {
            var course = PictureCourse(EditPatience())
            #expect(course.saw(error, at: .zero) == nil, "\(error)")
        }
        for error in Self.hopeful {
            var course = PictureCourse(EditPatience())
            #expect(course.saw(error, at: .zero) == .seconds(2), "\(error)")
            #expect(course.saw(error, at: .seconds(119)) == .seconds(1), "\(error)")
            #expect(course.saw(error, at: .seconds(120)) == nil, "\(error)")
        }
        var course = PictureCourse(EditPatience())
        let busy = PictureError.download(.trouble(message: "HTTP 429", retryAfter: .seconds(30)))
        #expect(course.saw(busy, at: .zero) == .seconds(30))
    }
}

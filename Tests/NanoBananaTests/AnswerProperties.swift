// SPDX-License-Identifier: Apache-2.0

import NIOCore

@testable import NanoBanana

/// What must hold whatever the API answers. The fuzz target and the unit tests check the same.
enum AnswerProperties {
    /// One input of the fuzz target: the first byte chooses the status, the others are the body. So the letters from
    /// `@` to `O` are all the ways.
    struct Input {
        let status: Int
        let body: [UInt8]

        static let statuses = [200, 201, 302, 400, 401, 402, 403, 404, 408, 413, 418, 422, 429, 500, 503, 599]

        init(_ input: some Collection<UInt8>) {
            status = Self.statuses[Int((input.first ?? 0) & 15)]
            body = Array(input.dropFirst())
        }
    }

    /// What is broken, a sentence each; empty where all holds.
    static func broken(by input: Input) -> [String] {
        let reader = AnswerReader(status: input.status, retryAfter: .seconds(3), body: ByteBuffer(bytes: input.body))
        let ping = Result { () throws(PingError) in try reader.pingAnswer() }
        return broken(by: Result { () throws(SubmitError) in try reader.submitAnswer() }, of: input)
            + broken(by: Result { () throws(PollError) in try reader.taskReport() }, of: input)
            + (input.status >= 500 && (try? ping.get()) != nil ? ["a server in trouble is taken for a sound one"] : [])
    }

    static func broken(by answer: Result<SubmitAnswer, SubmitError>, of input: Input) -> [String] {
        switch answer {
        case .success(let answer):
            var broken = broken(byBody: Array(answer.body.readableBytesView), input)
            if !(200...299).contains(input.status) { broken.append("HTTP \(input.status) is taken for a success") }
            switch answer.content {
            case .task(let task): if TaskID(task.text) == nil { broken.append("no task: \(task.text)") }
            case .pictures(let pictures): if pictures.isEmpty { broken.append("a success without pictures") }
            }
            return broken
        case .failure(.refused(let refusal)): return broken(byBody: refusal.body, input) + broken(byRefusalOf: input)
        case .failure(.notAccepted(let reason)):
            return broken(byWords: reason.message) + (reason.retryAfter == .seconds(3) ? [] : ["the wait is lost"])
                + broken(byRefusalOf: input)
        case .failure(.notReachable): return ["an answer is taken for none"]
        case .failure(.unknownOutcome(let outcome)):
            return broken(byWords: outcome.message) + broken(byBody: outcome.body ?? [], input)
        }
    }

    static func broken(by report: Result<TaskReport, PollError>, of input: Input) -> [String] {
        switch report {
        case .success(let report):
            var broken = broken(byBody: Array(report.body.readableBytesView), input)
            if !(200...299).contains(input.status) { broken.append("HTTP \(input.status) is taken for a report") }
            if let time = report.workTime, time < .zero { broken.append("the work took \(time)") }
            switch report.state {
            case .succeeded(let pictures): if pictures.isEmpty { broken.append("a success without pictures") }
            case .underWay, .failed: break
            }
            return broken
        case .failure(.unknownTask): return input.status >= 500 ? ["a server in trouble knows of tasks"] : []
        case .failure(.notAccepted(let reason)): return broken(byWords: reason.message)
        case .failure(.trouble(let message, _, _)): return broken(byWords: message)
        }
    }

    /// After a 5xx nobody knows what happened before it: it must never be sent again as refused.
    private static func broken(byRefusalOf input: Input) -> [String] {
        input.status >= 500 ? ["HTTP \(input.status) is taken for a refusal"] : []
    }

    private static func broken(byBody body: [UInt8], _ input: Input) -> [String] {
        body == input.body ? [] : ["the answer is not kept byte for byte"]
    }

    private static func broken(byWords words: String) -> [String] {
        words.isEmpty ? ["a failure without words"] : []
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// An answer of which less came than was announced, or in other words than was hoped: what there is of it.
struct CutAnswer: Error {
    let answer: AnswerReader
    let reason: TransferError
}

extension NanoBananaClient {
    /// Why a call has no answer that can be used.
    enum CallError: Error {
        /// Nothing of one came.
        case none(TransferError)
        case cut(CutAnswer)

        var reason: TransferError {
            switch self {
            case .none(let error): error
            case .cut(let cut): cut.reason
            }
        }
    }

    /// Asks a question, which costs nothing. Where the server has closed a connection that was kept, which it may do at
    /// any moment, it is asked once more on a new one.
    func ask(_ url: String, asked: EditRequest?) async throws(TransferError) -> AnswerReader {
        var message = message(url, within: configuration.answerTimeout)
        do throws(CallError) {
            return try await send(message, by: questions, asked: asked)
        } catch {
            if case .cut(let cut) = error {
                if cut.answer.mayBeUsedThoughCut { return cut.answer }
                throw cut.reason
            }
            guard error.reason.trouble.mayBeOldConnection else { throw error.reason }
        }
        message.isAlone = true
        do throws(CallError) {
            return try await send(message, by: questions, asked: asked)
        } catch {
            throw error.reason
        }
    }

    /// - Parameter time: how long the answer may let wait for it, and how long it may take.
    func message(_ url: String, within time: Duration) -> Message {
        Message(
            url: url, capacity: .whole(most: configuration.maxAnswerBytes),
            patience: ExchangePatience(total: configuration.connectTimeout + time, answer: time))
    }

    func send(_ message: Message, by client: WebClient, asked: EditRequest?) async throws(CallError) -> AnswerReader {
        var message = message
        message.headers += [
            ("Accept", "application/json"), ("Accept-Encoding", "identity"), ("User-Agent", "bananadrop"),
        ]
        var sent = secrets
        if let key = key() {
            message.headers.append(("Authorization", key.text))
            sent.add(key)
        }
        let (head, body, error) = await client.begin(message, to: destination).whole()
        guard let head else { throw .none(error ?? TransferError(.closed, wasConnected: true)) }
        let (known, limit) = (sent, configuration.maxAnswerBytes)
        let answer = await HeavyWork.run(bytes: body.readableBytes) {
            AnswerReader(head, body: body, sent: known, asked: asked, limit: limit)
        }
        if let error { throw .cut(CutAnswer(answer: answer, reason: error)) }
        return answer
    }
}

extension AnswerReader {
    init(_ head: ResponseHead, body: ByteBuffer, sent: Redaction, asked: EditRequest?, limit: Int) {
        self.init(
            status: head.status, retryAfter: RetryAfter.read(head["retry-after"], now: Date().timeIntervalSince1970),
            serverTime: HTTPDate.seconds(head["date"]), location: head["location"], body: body,
            encoding: head["content-encoding"], sent: sent, asked: asked, limit: limit)
    }

    /// Whether a task is named in what there is of the answer.
    var namesTask: Bool { !places.namedTasks.isEmpty }
}

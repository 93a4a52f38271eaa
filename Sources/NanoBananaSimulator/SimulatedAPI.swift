// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import Synchronization

/// The API's behaviour without its sockets: requests in, replies out; time comes in as seconds since 1970.
final class SimulatedAPI: Sendable {
    struct State {
        var tasks: [String: SimulatedTask] = [:]
        var switches = Switches()
        var submitScript: [SubmitFault] = []
        var pollScript: [PollFault] = []
        var pictureScript: [PictureFault] = []
        var pictureFaultsEnded = false
        var submitsSeen: [String: Int] = [:]
        var random: SeededNumbers
    }

    let configuration: SimulatorConfiguration
    let ledger = Ledger()
    let state: Mutex<State>
    private let benchmarkPicture: [UInt8]?

    init(_ configuration: SimulatorConfiguration) {
        self.configuration = configuration
        state = Mutex(State(random: SeededNumbers(seed: configuration.seed)))
        benchmarkPicture = configuration.pictureBytes.flatMap { size in
            PictureFormat(ratio: nil, size: nil).map { square in
                var format = square
                // Small enough to be padded to 4,096 bytes.
                (format.width, format.height) = (512, 512)
                return PicturePainter(prompt: "benchmark", caption: "\(size) bytes", inputs: 1, format: format)
                    .png(paddedTo: size)
            }
        }
    }

    /// A submit, and after how many milliseconds it is to be answered.
    ///
    /// - Parameter hasPictures: whether it came by the address for requests with pictures.
    func submit(
        _ body: [UInt8], withPictures hasPictures: Bool = true, key: String?, base: String, now: Double
    ) -> (reply: Reply, delay: Int) {
        let prompt = SubmitBody.prompt(in: body)
        ledger.received(prompt, body: body, at: now)
        let markers = FaultMarkers(prompt: prompt)
        let (switches, fault) = state.withLock { state in
            let time = state.submitsSeen[prompt, default: 0]
            state.submitsSeen[prompt] = time + 1
            let marked = markers.kind(.submit, time: time).flatMap(SubmitFault.init(marker:))
            let fault = marked ?? state.submitScript.popFirst() ?? state.random.pick(configuration.submitFaults)
            return (state.switches, fault)
        }
        if let refusal = refusal(switches, key) { return (refusal, 0) }
        switch fault {
        case .drop: return (.drop, 0)
        case .http(429): return (.json(status: 429, WireText.refused(429, "too many requests"), retryAfter: 1), 0)
        case .http(let status) where status >= 500: return (.html(status: status, WireText.badGateway), 0)
        case .http(let status): return (.json(WireText.refused(status, "HTTP \(status)"), status: status), 0)
        case .code(let code): return (refused(code, code == 402 ? "余额不足" : "code \(code)"), 0)
        case .echo(let code): return (echo(code, key, SubmitBody.links(in: body)), 0)
        case .lost, .garbage, .slow, nil: break
        }
        let submit: SubmitBody
        do {
            submit = try SubmitBody(body, withPictures: hasPictures)
        } catch {
            return (refused(400, error.message), 0)
        }
        let reply = take(submit, markers, base: base, now: now)
        switch fault {
        case .lost: return (.drop, 0)
        case .garbage: return (.html(status: 200, "not what you think"), 0)
        case .slow(let time): return (reply, time)
        case .drop, .http, .code, .echo, nil: return (reply, 0)
        }
    }

    private func refusal(_ switches: Switches, _ key: String?) -> Reply? {
        if switches.down { return .html(status: 503, WireText.badGateway) }
        if !isTaken(key, switches) { return refused(401, "invalid api key") }
        if switches.balanceEmpty { return refused(402, "余额不足,请充值") }
        if switches.tooFast { return .json(status: 429, WireText.refused(429, "too many requests"), retryAfter: 1) }
        return nil
    }

    private func isTaken(_ key: String?, _ switches: Switches) -> Bool {
        guard let key, !key.isEmpty, !switches.keyRefused else { return false }
        return configuration.keys.isEmpty || configuration.keys.contains(key)
    }

    private func refused(_ code: Int, _ message: String) -> Reply {
        let status = configuration.errorStyle == .http && (400...599).contains(code) ? code : 200
        return .json(WireText.refused(code, message), status: status)
    }

    private func echo(_ code: Int, _ key: String?, _ links: [String]) -> Reply {
        let words = Self.echo(key, links)
        return code < 500 ? refused(code, words) : .html(status: code, "<p>\(words)</p>")
    }

    private static func echo(_ key: String?, _ links: [String]) -> String {
        "the key \(key ?? "") may not use \(links.joined(separator: " and "))"
    }

    private func take(_ submit: SubmitBody, _ markers: FaultMarkers, base: String, now: Double) -> Reply {
        let id = UUID().uuidString.lowercased()
        state.withLock { state in
            let range = configuration.workTime
            let work = Double.random(in: range.lowerBound.seconds...range.upperBound.seconds, using: &state.random)
            let finishes = configuration.straightAway ? now : now + work
            state.tasks[id] = SimulatedTask(id: id, submit: submit, markers: markers, created: now, finishes: finishes)
        }
        ledger.paid(submit.prompt, isTask: !configuration.straightAway)
        if configuration.straightAway { return .json(WireText.pictures(urls(id, base))) }
        return .json((markers.shape ?? configuration.shape)?.submitted(id) ?? WireText.submitted(id))
    }

    private func urls(_ id: String, _ base: String) -> [String] {
        (1...max(configuration.picturesPerTask, 1)).map {
            "\(base)/pictures/\(id)/\($0)/output.png\(configuration.linkQuery)"
        }
    }

    /// A poll.
    func poll(_ id: String, key: String?, base: String, now: Double) -> Reply {
        let (switches, found, fault) = state.withLock { state -> (Switches, SimulatedTask?, PollFault?) in
            guard var task = state.tasks[id] else { return (state.switches, nil, nil) }
            let marked = task.markers.kind(.poll, time: task.polls).flatMap(PollFault.init(marker:))
            task.polls += 1
            let fault = marked ?? state.pollScript.popFirst() ?? state.random.pick(configuration.pollFaults)
            state.tasks[id] = task
            return (state.switches, task, fault)
        }
        guard !switches.down, isTaken(key, switches), let task = found else {
            ledger.askedInVain()
            if switches.down { return .html(status: 503, WireText.badGateway) }
            return isTaken(key, switches) ? refused(400, "task not found") : refused(401, "invalid api key")
        }
        let (reply, isEnd) = poll(on: task, fault, key, base, now)
        ledger.polled(task.submit.prompt, heardTheEnd: isEnd && hearEnd(id))
        return reply
    }

    private func poll(
        on task: SimulatedTask, _ fault: PollFault?, _ key: String?, _ base: String, _ now: Double
    ) -> (reply: Reply, isEnd: Bool) {
        let created = Int(task.created)
        switch fault {
        case .http(let status): return (.html(status: status, WireText.badGateway), false)
        case .drop: return (.drop, false)
        case .unknownState: return (.json(WireText.underWay(task.id, state: "dreaming", created: created)), false)
        case .never: return (.json(WireText.underWay(task.id, state: "running", created: created)), false)
        case .empty where now >= task.finishes:
            return (.json(WireText.succeeded(task.id, created: created, updated: created, [])), false)
        case .busy where now >= task.finishes:
            return (.json(WireText.failed(task.id, created: created, "upstream busy, try again later")), false)
        case .other:
            let links = urls("of-somebody-else", base)
            return (.json(WireText.succeeded("of-somebody-else", created: created, updated: created, links)), false)
        case .echoCode(let code): return (refused(code, Self.echo(key, [])), false)
        case .echo where now >= task.finishes:
            return (.json(WireText.failed(task.id, created: created, Self.echo(key, task.submit.images))), true)
        case .taskError where now >= task.finishes:
            return (.json(WireText.failed(task.id, created: created, "content policy: 图片内容不符合规范")), true)
        case .taskError, .echo, .empty, .busy, nil: break
        }
        if now >= task.finishes, let shape = task.markers.shape ?? configuration.shape {
            let reply = shape.succeeded(task.id, images(of: task, shape, base))
            return (.json(reply), true)
        }
        if now >= task.finishes {
            let updated = Int(task.finishes)
            let reply = WireText.succeeded(task.id, created: created, updated: updated, urls(task.id, base))
            return (.json(reply), true)
        }
        let state = now < task.created + (task.finishes - task.created) / 4 ? "pending" : "running"
        return (.json(WireText.underWay(task.id, state: state, created: created)), false)
    }

    private func images(of task: SimulatedTask, _ shape: AnswerShape, _ base: String) -> [String] {
        let links = urls(task.id, base)
        if shape != .inline { return WireText.images(links) }
        return links.indices.map { WireText.inline(benchmarkPicture ?? paint(task, $0 + 1)) }
    }

    func finishWork(now: Double) {
        state.withLock { state in
            for id in state.tasks.keys { state.tasks[id]?.finishes = now }
        }
    }

    /// Whether this is the first time that somebody hears of the task's end.
    private func hearEnd(_ id: String) -> Bool {
        state.withLock { state in
            if state.tasks[id]?.endWasHeard != false { return false }
            state.tasks[id]?.endWasHeard = true
            return true
        }
    }

    /// A finished picture.
    func picture(_ id: String, number: Int) -> Reply {
        let (found, fault) = state.withLock { state -> (SimulatedTask?, PictureFault?) in
            if state.switches.down { return (nil, .http(503)) }
            guard var task = state.tasks[id] else { return (nil, nil) }
            if state.pictureFaultsEnded { return (task, nil) }
            let marked = task.markers.kind(.picture, time: task.fetches).flatMap(PictureFault.init(marker:))
            task.fetches += 1
            state.tasks[id] = task
            return (task, marked ?? state.pictureScript.popFirst() ?? state.random.pick(configuration.pictureFaults))
        }
        if let found { ledger.fetched(found.submit.prompt) }
        if case .http(let status) = fault { return .html(status: status, "HTTP \(status)") }
        guard let task = found else { return .html(status: 404, "no such picture") }
        let picture = benchmarkPicture ?? paint(task, number)
        switch fault {
        case .html: return .html(status: 200, "<html>please log in</html>")
        case .truncated: return .cutShort(picture)
        case .slow(let time): return .slowPicture(picture, time)
        case .endless: return .endless(picture)
        case .http, nil: return .picture(picture)
        }
    }

    private func paint(_ task: SimulatedTask, _ number: Int) -> [UInt8] {
        let submit = task.submit
        let format = submit.format
        let caption =
            "\(submit.model) \(submit.ratio ?? "auto") \(submit.size ?? "1K") \(format.width)x\(format.height) #\(number)"
        return PicturePainter(prompt: submit.prompt, caption: caption, inputs: submit.images.count, format: format)
            .png()
    }
}

extension Array {
    fileprivate mutating func popFirst() -> Element? { isEmpty ? nil : removeFirst() }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// What the stand-in does with a request: decided by ``SimulatedAPI``, carried out by the routes.
enum Reply: Equatable, Sendable {
    case json(status: Int, String, retryAfter: Int?)
    case html(status: Int, String)
    case picture([UInt8])
    /// The connection is closed without an answer.
    case drop
    /// The first half of a picture, then the connection is closed.
    case cutShort([UInt8])
    /// A picture in pieces, so many milliseconds in all.
    case slowPicture([UInt8], Int)
    /// A picture without end.
    case endless([UInt8])

    static func json(_ text: String, status: Int = 200) -> Reply { .json(status: status, text, retryAfter: nil) }
}

/// A piece of work that the stand-in has taken.
struct SimulatedTask: Sendable {
    var id: String
    var submit: SubmitBody
    var markers: FaultMarkers
    /// Seconds since 1970. Whether it is finished follows from the time of the question; nothing runs meanwhile.
    var created: Double
    var finishes: Double
    var polls = 0
    var fetches = 0
    var endWasHeard = false
}

// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

/// Answers that say what is needed in another shape than the usual one.
struct AnswerShapeTests {
    private func submit(_ body: String, status: Int = 200) throws(SubmitError) -> SubmitAnswer.Content {
        let request = try? Samples.request()
        return try AnswerReader(status: status, body: ByteBuffer(string: body), asked: request).submitAnswer().content
    }

    private func poll(_ body: String, task: String = "t-1") throws(PollError) -> TaskReport.State {
        let reader = AnswerReader(status: 200, body: ByteBuffer(string: body), asked: try? Samples.request())
        return try reader.taskReport(on: TaskID(task)).state
    }

    // MARK: The id

    @Test(arguments: [
        (#"{"code":200,"data":"t-1"}"#, "t-1"), (#"{"data":["t-1"]}"#, "t-1"),
        (#"{"code":200,"data":[{"status":"submitted","task_id":"t-1"}]}"#, "t-1"),
        (#"{"code":200,"data":{"taskId":"t-1"}}"#, "t-1"), (#"{"code":200,"data":{"id":"t-1"}}"#, "t-1"),
        (#"{"code":200,"data":{"Task-ID":"t-1"}}"#, "t-1"), (#"{"task_id":"t-1"}"#, "t-1"),
        (#"{"id":"t-1","state":"pending"}"#, "t-1"), (#"{"id":"req-9","data":{"task_id":"t-1"}}"#, "t-1"),
        (#"{"code":200,"data":{"task_id":18446744073709551617}}"#, "18446744073709551617"),
        (#"{"code":200,"data":123456789}"#, "123456789"), (#"{"result":{"job":{"id":"t-1"}}}"#, "t-1"),
        (#"{"code":200,"data":{"task":"t-1"}}"#, "t-1"), (#"{"code":200,"data":{"task_ids":["t-1","t-2"]}}"#, "t-1"),
        (#"{"code":200,"data":"{\"task_id\":\"t-1\"}"}"#, "t-1"), (#""t-1""#, "t-1"),
        (#"{"success":true,"output":{"task_id":" t-1 ","task_status":"PENDING"}}"#, "t-1"),
        (#"{"code":200,"data":{"user":{"id":5},"generationId":"t-1"}}"#, "t-1"),
        (#"{"data":{"task":"image-edit-2","operation":"edit","task_id":"t-1"}}"#, "t-1"),
        (#"{"data":{"task_id":"t-1","url":"https://console.example/t-1"}}"#, "t-1"),
        (#"{"id":"t-1","status":"queued","url":"https://api.example/t-1"}"#, "t-1"),
        (#"{"code":0,"data":{"task_id":"t-1"}}"#, "t-1"), (#"{"code":"success","data":{"task_id":"t-1"}}"#, "t-1"),
        (#"{"code":500,"msg":"busy","data":{"detail":{"task_id":"t-1"}}}"#, "t-1"),
    ])
    func `a task is found wherever its id stands`(body: String, id: String) throws {
        #expect(try submit(body) == .task(Samples.task(id)))
    }

    @Test(arguments: [
        #"{"code":201,"msg":"created","data":{"x":1}}"#, #"{"code":0,"msg":"success"}"#, #"{"code":1,"data":null}"#,
        #"{"code":1000,"msg":"busy"}"#, #"{"code":-1,"message":"insufficient quota"}"#, #"{"code":"ok"}"#,
        #"{"code":302}"#, #"{"code":600}"#, #"{"msg":"success"}"#, #"{"success":false,"msg":"no"}"#,
        #"{"error":"bad request"}"#, #"{"code":200,"data":"submitted"}"#, #"{"code":200,"data":1}"#,
        #"{"code":200,"data":{"request_id":"r-1","trace_id":"x-2"}}"#, #"{"code":200,"request_id":"r-1","data":{}}"#,
        #"{"code":200,"data":{"task_id":"0"}}"#, #"{"code":200,"data":{"task_id":"null"}}"#,
        #"{"code":200,"data":{"input":{"task_id":"t-1","image_urls":["https://a.example/1.png"]}}}"#,
        #"{"code":200,"data":{"image_urls":["https://a.example/1.png"]}}"#,
        #"{"code":200,"data":{"state":"failed","msg":"content policy"}}"#, #"{"code":"400","data":{"code":200}"#,
        #"{"code":400,"msg":"cut sh"#,
    ])
    func `what is neither a task nor a known refusal leaves the outcome unknown, and is quoted`(body: String) {
        let error = #expect(throws: SubmitError.self) { try submit(body) }
        guard case .unknownOutcome(let outcome) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(outcome.cause == .unreadableAnswer)
        #expect(outcome.message.contains(body.prefix(200)))
        #expect(outcome.body == Array(body.utf8))
    }

    @Test(arguments: [
        (#"{"code":422,"msg":"no","request_id":"r-1"}"#, 422), (#"{"error":{"code":400,"message":"no"}}"#, 400),
        (#"{"code":400,"msg":"","error":{"id":"e-1","message":"no"}}"#, 400),
        (#"{"code":"400","error":"no","data":{"image_urls":["https://a.example/1.png"]}}"#, 400),
        (#"{"code":451,"data":{"task_id":null},"reason":"no"}"#, 451),
        (#"{"code":400.0,"detail":[{"msg":"no"}]}"#, 400),
        (#"{"code":400,"data":{"description":"no"},"msg":"fail"}"#, 400),
    ])
    func `a known refusal without a task stays one`(body: String, code: Int) {
        let error = #expect(throws: SubmitError.self) { try submit(body) }
        guard case .refused(let refusal) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.code == code)
        #expect(refusal.message == "no")
    }

    @Test(arguments: [400, 401, 409, 422, 429])
    func `a refusal by status that names a task all the same may have made it`(status: Int) {
        let error = #expect(throws: SubmitError.self) {
            try submit(#"{"msg":"no","data":{"task_id":"t-1"}}"#, status: status)
        }
        #expect(error?.cause == .serverError(status: status))
    }

    // MARK: The pictures

    private static let base64 = "iVBORw0KGgo" + String(repeating: "AbC/+9", count: 20) + "=="

    private static let onePicture = [
        #"{"images":[{"url":"https://p/1"}]}"#, #"{"images":{"url":"https://p/1"}}"#, #"{"images":["https://p/1"]}"#,
        #"{"images":"https://p/1"}"#, #"{"image_url":"https://p/1"}"#, #"{"imageUrls":["https://p/1"]}"#,
        #"{"output":"https://p/1"}"#, #"{"output":["https://p/1"]}"#, #"{"output":{"image":{"url":"https://p/1"}}}"#,
        #"{"url":"https://p/1"}"#, #"{"result":{"images":[{"image_url":{"url":"https://p/1"}}]}}"#,
        #"{"images":[{"url":["https://p/1"]}]}"#, #"{"images":[],"data":{"images":["https://p/1"]}}"#,
        #"{"data":[{"url":"https://p/1","revised_prompt":"x"}]}"#, #"{"resultUrls":["https://p/1"]}"#,
        #"{"state":"success","resultJson":"{\"resultUrls\":[\"https://p/1\"]}"}"#, #"{"images":"[\"https://p/1\"]"}"#,
        #"{"images":{"0":{"url":"https://p/1"}}}"#, #"{"url":"![a bottle](https://p/1)"}"#, #"["https://p/1"]"#,
        #"{"images":[{"thumbnail":"https://p/0","url":"https://p/1","type":"image/png"}]}"#,
    ]

    @Test(arguments: onePicture)
    func `a picture is found in whatever it stands`(data: String) throws {
        let pictures = [PictureLink(url: "https://p/1")]
        #expect(try submit(#"{"code":0,"msg":"success","data":\#(data)}"#) == .pictures(pictures))
        #expect(try poll(#"{"code":200,"data":\#(data)}"#) == .succeeded(pictures))
        #expect(try poll(#"{"task_id":"T-1","status":"completed","result":\#(data)}"#) == .succeeded(pictures))
    }

    @Test(arguments: [
        " https://p/my output.png\r\n", "//p/1.png", "/p/1.png", "p/1.png", "https://p/a|b{1}.png", "data:image/png,x",
    ])
    func `the text of a link is kept as it stands`(link: String) throws {
        let json = try Samples.json(link)
        #expect(try poll(#"{"data":{"images":[{"url":\#(json)}]}}"#) == .succeeded([PictureLink(url: link)]))
        #expect(try poll(#"{"data":{"images":[\#(json)]}}"#) == .succeeded([PictureLink(url: link)]))
    }

    @Test(arguments: [
        #"{"b64_json":"BASE64"}"#, #"{"b64_json":"data:;base64,BASE64"}"#, #"{"url":"BASE64"}"#, #""BASE64""#,
        #"{"inlineData":{"mimeType":"image/png","data":"BASE64"}}"#, #"{"mime_type":"image/png","data":"BASE64"}"#,
        #"{"url":null,"image_base64":"BASE64"}"#, #"{"type":"image","content":"BASE64"}"#,
    ])
    func `a picture in base64 becomes a link of its own kind`(picture: String) throws {
        let body = picture.replacing("BASE64", with: Self.base64.replacing("/", with: #"\/"#))
        let pictures = [PictureLink(url: "data:;base64," + Self.base64)]
        #expect(try poll(#"{"data":{"images":[\#(body)]}}"#) == .succeeded(pictures))
    }

    @Test(arguments: [
        #"{"images":[]}"#, #"{"images":"none"}"#, #"{"image_size":"2K","image_type":"image/png","image_count":1}"#,
        #"{"callback_url":"https://a/hook","input":{"images":["https://a/1.png"]}}"#, #"{"output":"a red car"}"#,
        #"{"image_urls":["https://a.example/1.png"]}"#, #"{"output":"see [terms](https://a/terms)"}"#,
        #"{"user":{"image":"https://a/face.png"}}"#,
    ])
    func `what is no picture of the answer is taken for none`(data: String) {
        #expect(throws: PollError.self) { try poll(#"{"code":200,"data":\#(data)}"#) }
    }

    @Test func `the pictures of a kept answer are those that it gave when it came`() throws {
        let body =
            #"{"code":200,"data":{"task_id":"t-1","image_urls":["https://a.example/1.png"],"output":["https://p/1"]}}"#
        let request = try Samples.request()
        let pictures = [PictureLink(url: "https://p/1")]
        #expect(try poll(body) == .succeeded(pictures))
        #expect(PictureLink.all(in: ByteBuffer(string: body), asked: request, task: TaskID("t-1")) == pictures)
        #expect(PictureLink.all(in: ByteBuffer(string: body), asked: request) == pictures)
    }

    @Test func `links that were sent before are none of an answer's pictures either`() throws {
        let body = #"{"code":200,"data":{"task_id":"t-1","output":["https://a.example/1.png?sig=old","https://p/1"]}}"#
        let old = try ImageLink("https://a.example/1.png?sig=old")
        let request = try Samples.request()
        #expect(PictureLink.all(in: ByteBuffer(string: body), asked: request).count == 2)
        let repeated = request.repeated(with: [old])
        #expect(PictureLink.all(in: ByteBuffer(string: body), asked: repeated) == [PictureLink(url: "https://p/1")])
        #expect(repeated.repeated(with: [old]) == repeated)
    }

    // MARK: The end

    @Test(arguments: [
        "success", "succeed", "SUCCEED", "Succeeded", "completed", "complete", "finished", "Finish", "done", "成功",
        "已完成", "生成成功", "TASK_STATUS_SUCCEED",
    ])
    func `a success is one in whatever word`(word: String) throws {
        let picture = #"{"images":["https://p/1"]}"#
        for name in ["state", "status", "task_status"] {
            #expect(
                try poll(#"{"data":{"\#(name)":"\#(word)","data":\#(picture)}}"#)
                    == .succeeded([PictureLink(url: "https://p/1")]))
            #expect(
                try poll(#"{"data":{"task_id":"t-1","\#(name)":"\#(word)"}}"#)
                    == .failed(TaskFailure(.noPictures, "")))
        }
    }

    @Test(arguments: [
        "fail", "failed", "FAILURE", "error", "rejected", "cancelled", "canceled", "timeout", "timed_out", "expired",
        "nsfw", "CONTENT_MODERATED", "content_filtered", "TASK_STATUS_FAILED", "moderation-blocked", "生成失败", "内容违规",
    ])
    func `a failure is one in whatever word`(word: String) throws {
        let data = #"{"task_id":"t-1","status":"\#(word)","msg":"content policy"}"#
        #expect(try poll(#"{"code":200,"data":\#(data)}"#) == .failed(TaskFailure(.request, "content policy")))
        #expect(try poll(data) == .failed(TaskFailure(.request, "content policy")))
    }

    @Test(arguments: [
        "pending", "RUNNING", "in_progress", "IN_QUEUE", "queued", "processing", "submitted", "completing", "finishing",
        "incomplete", "dreaming", "not_finished", "waiting for completion", "NOT_START", "in_moderation", "no_errors",
        "未完成", "等待完成", "失败，重试中",
    ])
    func `work under way is not over`(word: String) throws {
        #expect(try poll(#"{"data":{"state":"\#(word)"}}"#) == .underWay(word.lowercased()))
    }

    @Test(arguments: [
        (#"{"state":"dreaming","status":"3","images":["https://p/1"]}"#, true),
        (#"{"state":"dreaming","images":["https://p/1"]}"#, true), (#"{"images":["https://p/1"]}"#, true),
        (#"{"state":"running","status":"3","images":["https://p/1"]}"#, true),
        (#"{"state":"running","images":["https://p/1"]}"#, false), (#"{"status":1,"images":["https://p/1"]}"#, false),
    ])
    func `pictures in hand are the end, but for a word that surely means work under way`(data: String, isEnd: Bool)
        throws
    {
        let state = try poll(#"{"code":200,"data":\#(data)}"#)
        #expect((state == .succeeded([PictureLink(url: "https://p/1")])) == isEnd, "\(state)")
    }

    @Test(arguments: [
        #"{"code":0,"data":{"state":"running"}}"#, #"{"code":"success","data":{"state":"running"}}"#,
        #"{"code":201,"status":"success","data":{"status":"running"}}"#, #"{"id":"t-1","status":"running"}"#,
        #"{"code":500,"data":{"state":"running"}}"#,
        #"{"status":"success","data":{"task_id":"t-1","status":"running"}}"#,
    ])
    func `a named state counts more than the code and the word of the envelope`(body: String) throws {
        #expect(try poll(body) == .underWay("running"))
    }

    @Test func `a failure of the task that was asked for counts more than the code`() throws {
        for code in [422, 501] {
            let body = #"{"code":\#(code),"msg":"content policy","data":{"task_id":"t-1","state":"failed"}}"#
            #expect(try poll(body) == .failed(TaskFailure(.request, "content policy")))
            #expect(throws: PollError.self) { try poll(body, task: "t-2") }
        }
    }

    @Test(arguments: [
        #"{"status":"success","data":{"task_id":"t-1"}}"#, #"{"code":401,"status":"error","msg":"bad key"}"#,
        #"{"code":500,"data":{"state":"error"}}"#, #"{"status":200,"message":"ok"}"#,
        #"{"code":200,"data":{"task_id":"t-1","state":"succeeded","data":{"images":[{"url":"https://p/1"}"#,
    ])
    func `an answer that says nothing sure of the task is asked for again`(body: String) {
        #expect(throws: PollError.self) { try poll(body) }
    }

    @Test(arguments: [
        (#"{"state":"error","data":{"images":[],"description":"why"}}"#, "why"),
        (#"{"state":"error","msg":"why","data":{"description":""}}"#, "why"),
        (#"{"state":"error","fail_reason":"why","msg":"failed"}"#, "why"),
        (#"{"state":"error","error":{"message":"why"},"msg":"failed"}"#, "why"),
        (#"{"state":"error","error":"why"}"#, "why"), (#"{"state":"error","message":"why"}"#, "why"),
        (#"{"state":"error","reason":["why"]}"#, "why"), (#"{"state":"error"}"#, ""),
        (#"{"state":"error","data":{"images":[],"text":"why"}}"#, "why"),
    ])
    func `the reason of a failure is found wherever it stands, and is no "success"`(data: String, why: String) throws {
        guard case .failed(let failure) = try poll(#"{"code":200,"msg":"success","data":\#(data)}"#) else {
            Issue.record("not failed")
            return
        }
        #expect(failure == TaskFailure(why.isEmpty ? .service : .request, why))
    }

    @Test func `what is finished when it is taken brings its pictures along`() throws {
        let pictures = [PictureLink(url: "https://p/1")]
        for id in ["id", "task_id"] {
            let body = #"{"code":200,"data":{"\#(id)":"t-1","state":"succeeded","images":["https://p/1"]}}"#
            #expect(try submit(body) == .pictures(pictures))
        }
    }

    @Test func `a list without anything around it is what was asked for`() throws {
        #expect(try submit(#"["https://p/1"]"#) == .pictures([PictureLink(url: "https://p/1")]))
        #expect(try submit(#"[{"task_id":"t-1"}]"#) == .task(Samples.task("t-1")))
    }

    // MARK: Another task

    @Test func `in a list of tasks the pictures of others are theirs`() throws {
        let other = #"{"task_id":"t-2","state":"succeeded","images":["https://p/2"]}"#
        let body = #"{"data":[\#(other),{"task_id":"t-1","state":"succeeded","images":[]}]}"#
        #expect(try poll(body) == .failed(TaskFailure(.noPictures, "")))
    }

    @Test(arguments: [
        #"{"data":{"task_id":"t-2","state":"succeeded","data":{"images":["https://p/1"]}}}"#,
        #"{"id":"t-2","state":"succeeded","images":["https://p/1"]}"#,
        #"{"data":[{"task_id":"t-2","state":"succeeded","images":["https://p/1"]}]}"#,
        #"{"data":{"taskId":"t-2","state":"error"}}"#,
    ])
    func `an answer about another task is trouble`(body: String) {
        let error = #expect(throws: PollError.self) { try poll(body) }
        #expect(error?.message.contains("another task") == true)
    }

    @Test(arguments: [
        (#"{"data":{"task_id":"AB-12","state":"running"}}"#, "ab-12"),
        (#"{"data":{"task_id":42,"state":"running"}}"#, "42"),
        (#"{"data":{"task_id":"ab12","state":"running"}}"#, "ab-12"),
        (#"{"id":"r","data":{"state":"running"}}"#, "t-1"),
        (#"{"data":{"id":991,"state":"running"}}"#, "t-1"),
        (#"{"data":{"id":1,"task_id":"t-1","state":"running"}}"#, "t-1"),
        (#"{"data":[{"task_id":"t-2","state":"error"},{"task_id":"t-1","state":"running"}]}"#, "t-1"),
    ])
    func `the same task is known in whatever spelling, and found among others`(body: String, task: String) throws {
        #expect(try poll(body, task: task) == .underWay("running"))
    }
}

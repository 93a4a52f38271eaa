// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

/// What an answer to a poll means, without a network.
struct TaskReportTests {
    private func read(_ status: Int, _ body: String, retryAfter: Duration? = nil) throws(PollError) -> TaskReport {
        try AnswerReader(status: status, retryAfter: retryAfter, body: ByteBuffer(string: body)).taskReport()
    }

    private func state(_ data: String) throws -> TaskReport.State {
        try read(200, #"{"code":200,"msg":"success","data":\#(data)}"#).state
    }

    @Test func `the answer that is usually seen is read in full`() throws {
        let body = #"""
            {"code":200,"msg":"success","data":{"task_id":"6cf733cd","state":"succeeded","status":"3",
            "action":"generate","msg":"","create_time":"1777968682","update_time":"1777968734","data":{"images":[
            {"url":"https://p/output.png","file_name":"output.png"},{"url":"https://p/2","file_name":null}],
            "description":""}}}
            """#
        let report = try read(200, body)
        let first = PictureLink(url: "https://p/output.png", fileName: "output.png")
        #expect(report.state == .succeeded([first, PictureLink(url: "https://p/2")]))
        #expect(report.workTime == .seconds(52))
        #expect(String(buffer: report.body) == body)
    }

    @Test(arguments: [
        (#"{"state":"pending","status":"0"}"#, "pending"), (#"{"state":"running","status":1}"#, "running"),
        (#"{"state":"queued"}"#, "queued"), (#"{"state":"Processing"}"#, "processing"),
        (#"{"state":"dreaming"}"#, "dreaming"), (#"{"state":"dreaming","status":"1"}"#, "dreaming"),
        (#"{"status":"0"}"#, "0"), (#"{"status":1}"#, "1"), (#"{"status":4}"#, "4"), (#"{"status":-1}"#, "-1"),
        (#"{"state":null,"status":"1"}"#, "1"), (#"{"state":"","status":"1"}"#, "1"), (#"{"state":7}"#, "7"),
    ])
    func `an unfinished or unknown state is work under way`(data: String, word: String) throws {
        #expect(try state(data) == .underWay(word))
    }

    @Test(arguments: [
        #"{"state":"succeeded","data":{"images":[{"url":"https://p/1"}]}}"#,
        #"{"state":"SUCCEEDED","images":[{"url":"https://p/1"}]}"#,
        #"{"status":"3","data":{"images":["https://p/1"]}}"#, #"{"status":3,"data":{"images":["https://p/1"]}}"#,
        #"{"state":"","status":3,"data":{"images":["https://p/1"]}}"#,
        #"{"state":"succeeded","images":[],"data":{"images":["https://p/1"]}}"#,
        #"{"state":"succeeded","images":["https://p/1"],"data":{"images":["https://p/1"]}}"#,
        #"{"state":"succeeded","images":null,"data":{"images":[{"url":"https://p/1"},null,{"url":null}]}}"#,
        #"{"state":"succeeded","create_time":{},"update_time":"soon","data":{"images":["https://p/1"],"x":1e400}}"#,
    ])
    func `success is read by word and by number in both shapes`(data: String) throws {
        #expect(try state(data) == .succeeded([PictureLink(url: "https://p/1")]))
    }

    @Test(arguments: [
        (#"{"state":"error","status":"2","msg":"content policy"}"#, "content policy"),
        (#"{"state":"failed","msg":"图片无法读取"}"#, "图片无法读取"), (#"{"state":"cancelled"}"#, ""),
        (#"{"state":"canceled","msg":null}"#, ""), (#"{"status":2,"msg":"x"}"#, "x"), (#"{"status":"2"}"#, ""),
        (#"{"state":"dreaming","status":"2","msg":"x"}"#, "x"),
    ])
    func `a failed task says why`(data: String, why: String) throws {
        #expect(try state(data) == .failed(TaskFailure(why.isEmpty ? .service : .request, why)))
    }

    @Test(arguments: [
        (#"{"state":"succeeded","msg":"blocked","data":{"images":[]}}"#, "blocked"),
        (#"{"state":"succeeded","data":null}"#, ""), (#"{"state":"dreaming","status":"3"}"#, ""),
        (#"{"status":"done"}"#, ""),
    ])
    func `a success without pictures is told apart`(data: String, why: String) throws {
        #expect(try state(data) == .failed(TaskFailure(.noPictures, why)))
    }

    @Test(
        arguments: [
            (#""create_time":"100","update_time":"152""#, .seconds(52)),
            (#""create_time":100,"update_time":100"#, .zero),
            (#""create_time":"152","update_time":"100""#, nil), (#""create_time":"100""#, nil),
            (#""create_time":"","update_time":"9""#, nil),
            (#""create_time":-9223372036854775808,"update_time":9223372036854775807"#, nil),
            (#""create_time":-5,"update_time":5"#, nil),
        ] as [(String, Duration?)])
    func `the time of the work is read where it makes sense`(times: String, workTime: Duration?) throws {
        #expect(try read(200, #"{"code":200,"data":{"state":"running",\#(times)}}"#).workTime == workTime)
    }

    @Test(arguments: [
        (200, #"{"code":400,"msg":"task not found"}"#, "task not found"),
        (200, #"{"code":"400","msg":"任务不存在"}"#, "任务不存在"),
        (200, #"{"code":404,"data":null}"#, ""), (404, #"{"code":404,"msg":"none"}"#, "none"),
        (400, #"{"code":"400","msg":"none"}"#, "none"),
    ])
    func `an unknown task is told apart`(status: Int, body: String, message: String) {
        #expect(throws: PollError.unknownTask(message: message)) { try read(status, body) }
    }

    @Test(
        arguments: [
            (401, "", .key, "HTTP 401"), (200, #"{"code":"401","msg":"bad key"}"#, .key, "bad key"),
            (429, "", .tooFast, "HTTP 429"), (200, #"{"code":402,"msg":""}"#, .balance, "code 402"),
            (200, #"{"code":400,"msg":"余额不足"}"#, .balance, "余额不足"),
        ] as [(Int, String, NotAccepted.Reason, String)])
    func `a refused key and a poll too fast are told apart`(
        status: Int, body: String, reason: NotAccepted.Reason, message: String
    ) {
        let expected = NotAccepted(reason: reason, message: message, retryAfter: .seconds(3))
        #expect(throws: PollError.notAccepted(expected)) { try read(status, body, retryAfter: .seconds(3)) }
    }

    @Test(arguments: [
        (502, "<html><h1>502</h1></html>", "HTTP 502: 502"), (503, "", "HTTP 503"),
        (500, #"{"code":200,"data":{"state":"error"}}"#, "HTTP 500"), (500, #"{"code":400}"#, "HTTP 500"),
        (500, #"{"code":400,"msg":"busy"}"#, "HTTP 500: busy"), (404, "<html>", "HTTP 404"), (404, "", "HTTP 404"),
        (400, #"{"msg":"none"}"#, "none"),
        (200, #"{"code":500,"msg":"busy"}"#, "busy"), (200, #"{"code":7}"#, "code 7"),
        (200, #"{"code":400,"msg":"server busy"}"#, "server busy"),
        (200, "", "the API's answer could not be read: it is empty"),
        (200, "<html>", "the API's answer could not be read: \"<html>\""),
        (200, #"{"code":0}"#, #"the API's answer could not be read: "{"code":0}""#),
        (200, #"{"data":{"task_id":"t"}}"#, #"the API's answer could not be read: "{"data":{"task_id":"t"}}""#),
    ])
    func `anything else is trouble that a later poll may cure`(status: Int, body: String, message: String) {
        let trouble = PollError.trouble(
            message: message, retryAfter: .seconds(3), answer: ByteBuffer(string: body))
        #expect(throws: trouble) { try read(status, body, retryAfter: .seconds(3)) }
    }
}

// SPDX-License-Identifier: Apache-2.0

public import NanoBanana

/// The backend behind the drop folder: submit, status, fetch.
public protocol ImageService: Sendable {
    /// Sends a request; each call may cost money.
    func submit(_ request: EditRequest) async throws(SubmitError) -> SubmitAnswer
    /// Asks how far a task is; free.
    func report(on task: TaskID) async throws(PollError) -> TaskReport
    /// Opens a picture for reading; free.
    func download(_ link: PictureLink) async throws(DownloadError) -> Download
}

extension NanoBananaClient: ImageService {}

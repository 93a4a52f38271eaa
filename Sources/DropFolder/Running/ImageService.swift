// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// The backend behind the drop folder: submit, status, fetch.
package protocol ImageService: Sendable {
    /// Sends a request; each call may cost money.
    func submit(_ request: EditRequest) async throws(SubmitError) -> SubmitAnswer
    /// Asks whether the service is there and takes the key; free. Returns where it does, and where the answer does not
    /// tell.
    func ping() async throws(PingError)
    /// Asks how far a task is, whose request this was; free.
    func poll(_ task: TaskID, asked: EditRequest?) async throws(PollError) -> TaskReport
    /// Opens a picture for reading; free.
    func download(_ link: PictureLink) async throws(DownloadError) -> Download
}

extension NanoBananaClient: ImageService {}

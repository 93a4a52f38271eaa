// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import PictureEditing

/// Edits one picture: edit-picture LINK PROMPT FOLDER
///
/// The key comes from `NANOBANANA_API_KEY`; `NANOBANANA_API_URL` names another API, such as the stand-in.
@main
struct EditPicture {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 else { fail("usage: edit-picture LINK PROMPT FOLDER", 64) }
        let environment = ProcessInfo.processInfo.environment
        var configuration = NanoBananaClient.Configuration()
        if let url = environment["NANOBANANA_API_URL"] { configuration.apiURL = url }
        let key = environment["NANOBANANA_API_KEY"].flatMap { APIKey($0) }
        let editor = PictureEditor(key: key, configuration: configuration)
        do {
            let image = try ImageLink(arguments[1])
            let request = try EditRequest(model: .pro, prompt: arguments[2], images: [image])
            for file in try await editor.edit(request, into: URL(fileURLWithPath: arguments[3])) { print(file.path) }
        } catch {
            fail(error.localizedDescription, 1)
        }
    }

    private static func fail(_ words: String, _ code: Int32) -> Never {
        FileHandle.standardError.write(Data("edit-picture: \(words)\n".utf8))
        exit(code)
    }
}

// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import NanoBanana
internal import Requests
internal import SystemPackage

/// The sentences about publishing pictures from one's own disk.
extension Wording {
    /// Why pictures cannot be published, or taken away again, and what to do.
    package static func sentence(_ error: ShareError) -> String {
        switch error {
        case .directory(let path, .noSuchFileOrDirectory):
            "publish-directory \(shown(String(decoding: path))) is not there; make it, or mount its disk"
        case .directory(let path, .timedOut):
            "publish-directory \(shown(String(decoding: path))) does not answer; check its disk or server"
        case .directory(let path, let error):
            "publish-directory \(shown(String(decoding: path))) cannot be written to: \(error); free space there, "
                + "or let the user that bananadrop runs as write there"
        case .command(let command, let trouble): "\(command.rawValue) \(sentence(trouble))"
        case .noLink(let line):
            "publish-command printed \(line.map { "\(printed($0)) as its last line, and no link" } ?? "no link"); let it "
                + "print the picture's link as its last line, or set publish-base-url"
        case .badLink(let line, let problem):
            "publish-command printed \(sentence(problem, line)); correct what it prints as its last line"
        case .notShrunk(.noPicture): "shrink-command wrote no whole picture to {out}; correct it"
        case .notShrunk(.otherKind(let ending)):
            "shrink-command wrote a picture of another kind, .\(ending), to {out}; let it write the kind that {out} ends in"
        case .notShrunk(.notSmaller(let bytes)):
            "shrink-command wrote \(size(bytes)) to {out}, no less than the picture had; let it make the picture smaller, "
                + "or raise shrink-above"
        }
    }

    /// What is left behind when taking a picture away again is given up.
    package static func leftBehind(_ name: SharedName, _ error: ShareError) -> String {
        "the picture \(name.text) is still published and has to be removed by hand: \(sentence(error))"
    }

    /// What a command has come to, behind its name.
    ///
    /// - Parameter limit: the setting that says how long it may take.
    package static func sentence(_ trouble: CommandTrouble, limit: String = "publish-timeout") -> String {
        switch trouble {
        case .notFound(let program):
            "names \(quoted(program)), and there is no such program; install it, or write its full path"
        case .cannotStart(let program, let error):
            "names \(quoted(program)), which cannot be started: \(error); use a program that bananadrop's user may run"
        case .failed(let code, let output): "failed with exit code \(code)\(said(output))"
        case .killed(let signal, let output): "was ended by signal \(signal)\(said(output))"
        case .timedOut(let time, let output):
            "took longer than \(span(time)), was stopped,\(said(output)), or raise \(limit)"
        }
    }

    /// The end of what a command wrote, in one line.
    private static func said(_ output: [UInt8]) -> String {
        let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
        let text = lines.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .filter { !$0.isEmpty }.suffix(3).joined(separator: " / ")
        if text.isEmpty { return " and said nothing; run it by hand to see why" }
        // Before it is cut: half of an address does not look like one.
        let shown = Redaction.links(text).unicodeScalars.suffix(300).map(visible).joined()
        return " and said \"\(shown)\"; correct that"
    }
}

extension ShareSettingsError: CustomStringConvertible {
    /// What is wrong, why, and what to do.
    package var description: String {
        switch self {
        case .twoWays: "publish-directory and publish-command are both given; keep only one"
        case .noBaseURL:
            "publish-directory needs publish-base-url, the address where published pictures can be fetched"
        case .baseURLAlone: "publish-base-url needs publish-directory or publish-command, which puts pictures there"
        case .badBaseURL(let text):
            "publish-base-url cannot be \(Wording.quoted(Redaction.links(text))): it is a folder's address that begins "
                + "with https:// or http://, without ? and #"
        case .notWords(let command, let problem): "\(command.rawValue) cannot be read: \(Wording.sentence(problem))"
        case .noProgram(let command): "\(command.rawValue) must begin with the name of a program"
        case .markMissing(.publish, let mark):
            "publish-command must have \(mark) in it: {file} is the picture's path, {name} the name to publish it by"
        case .markMissing(.remove, let mark):
            "publish-remove-command must have \(mark) in it: the name that the picture was published by"
        case .markMissing(.shrink, let mark):
            "shrink-command must have \(mark) in it: {file} is the picture's path, {out} where the smaller one is to be "
                + "written"
        case .shrinkCommandAlone:
            "shrink-command needs publish-directory or publish-command: only pictures that are published are made smaller"
        case .removesNoFile:
            "publish-remove-command cannot have {file} in it: what it removes is published by {name}"
        case .noRemoveCommand:
            "publish-command needs publish-remove-command, which takes a picture away again when its job ends; or "
                + "set publish-keep: true to keep published pictures"
        case .removeCommandAlone: "publish-remove-command needs publish-command"
        case .directoryMissing(let path): "publish-directory \(path) is not there; make it, or mount its disk"
        case .notADirectory(let path): "publish-directory \(path) is not a folder"
        case .cannotWrite(let path, let error):
            "publish-directory \(path) cannot be written to: \(error); let the user who runs this program write there"
        }
    }
}

extension Wording {
    package static func sentence(_ problem: CommandProblem) -> String {
        switch problem {
        case .openQuote(let quote): "a \(quote) is opened but never closed"
        case .openBackslash: "a \\ is at its end, and nothing follows"
        case .shellCharacter(let character):
            "`\(character)` needs a shell, and the command is run without one; put it in single quotes if it is "
                + "plain text, or put the whole command into a script"
        }
    }
}

// SPDX-License-Identifier: Apache-2.0

/// Where the value of a setting comes from, the strongest first.
enum SettingSource: Equatable, Sendable {
    case option
    case environment(String)
    case file(String, line: Int)
    case standard

    /// For people.
    var words: String {
        switch self {
        case .option: "option"
        case .environment(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .standard: "default"
        }
    }
}

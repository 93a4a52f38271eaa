// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    /// A part every 1.4 s, which is less than a file must stay the same on a share, and more than the second for which
    /// a FUSE mount believes what it knows of it; each one opens the file anew.
    private static func parts(_ name: String, thenEach command: String = ":") -> Dropper {
        Dropper(
            name: name,
            script: """
                for part in 1 2 3 4; do
                    [ $part = 1 ] || sleep 1.4
                    split -n l/$part/4 "$work/hero.yaml" >> "$inbox/hero.yaml"
                    \(command)
                done
                """)
    }

    /// What writes on the other side of a mount, where only a look every two seconds finds it.
    static let outside: [Dropper] = [
        Dropper(name: "mv from outside", script: #"mv "$work/hero.yaml" "$inbox/""#),
        slow,
        parts("appending parts, opened anew for each"),
    ].map(patient)

    /// On a server whose clock is an hour behind: nothing that it writes looks young.
    static let oldParts = patient(
        parts("appending parts, an hour ago", thenEach: #"touch -d '1 hour ago' "$inbox/hero.yaml""#))

    private static func patient(_ dropper: Dropper) -> Dropper {
        var patient = dropper
        patient.within = .seconds(10)
        return patient
    }
}

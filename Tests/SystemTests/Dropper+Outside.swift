// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    /// A part every 1.4 s, which is less than a file must stay the same on a share, and more than the second for which
    /// a FUSE mount believes what it knows of it; each one opens the file anew.
    static let parts = Dropper(
        name: "appending parts, opened anew for each",
        script: #"""
            for part in 1 2 3 4; do
                [ $part = 1 ] || sleep 1.4
                split -n l/$part/4 "$work/hero.yaml" >> "$inbox/hero.yaml"
            done
            """#)

    /// What writes on the other side of a mount, where only a look every two seconds finds it.
    static let outside: [Dropper] = [
        Dropper(name: "mv from outside", script: #"mv "$work/hero.yaml" "$inbox/""#), slow, parts,
    ].map { dropper in
        var patient = dropper
        patient.within = .seconds(10)
        return patient
    }
}

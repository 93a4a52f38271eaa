// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    /// A line every 0.1 s, which is less than `settle`; each one opens the file anew, so no lease tells of the writer.
    static let reopening = Dropper(
        name: "appending, opened anew for each line", settle: "1s",
        script: #"""
            while IFS= read -r line; do
                printf '%s\n' "$line" >> "$inbox/hero.yaml"
                sleep 0.1
            done < "$work/hero.yaml"
            """#)

    /// A line every 0.4 s, which is more than `settle`; the file is open all the time.
    static let slow = Dropper(
        name: "cat > slowly",
        script: #"""
            while IFS= read -r line; do
                printf '%s\n' "$line"
                sleep 0.4
            done < "$work/hero.yaml" > "$inbox/hero.yaml"
            """#)

    /// Files that grow under the eyes of the daemon.
    static let writers: [Dropper] = [
        reopening,
        slow,
        Dropper(
            name: "dd with pauses",
            script: """
                { dd bs=200 count=1; sleep 0.5; dd bs=200 count=1; sleep 0.5; dd bs=200; } < "$work/hero.yaml" |
                    dd of="$inbox/hero.yaml" bs=200
                """),
        Dropper(
            name: "dd, part by part", settle: "1s",
            script: """
                for part in $(seq 0 $(($(stat -c %s "$work/hero.yaml") / 120))); do
                    dd if="$work/hero.yaml" of="$inbox/hero.yaml" bs=120 count=1 skip=$part seek=$part conv=notrunc
                    sleep 0.15
                done
                """),
        Dropper(
            name: "touch first, written later",
            script: #"touch "$inbox/hero.yaml"; sleep 1; cat "$work/hero.yaml" > "$inbox/hero.yaml""#),
        download("a browser's .part", temporary: "hero.yaml.part"),
        download("a browser's .crdownload", temporary: "hero.yaml.crdownload"),
        Dropper(
            name: "a browser's empty file and .part beside it",
            script: #": > "$inbox/hero.yaml""# + "\n" + download("", temporary: "Xq3.hero.yaml.part").script),
    ]

    private static func download(_ name: String, temporary: String) -> Dropper {
        Dropper(
            name: name,
            script: """
                temporary="$inbox/\(temporary)"
                while IFS= read -r line; do printf '%s\\n' "$line"; sleep 0.1; done < "$work/hero.yaml" > "$temporary"
                mv "$temporary" "$inbox/hero.yaml"
                """)
    }
}

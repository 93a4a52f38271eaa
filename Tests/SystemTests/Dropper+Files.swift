// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    /// Whole files, from one command.
    static let files: [Dropper] = [
        Dropper(name: "cp", script: #"cp "$work/hero.yaml" "$inbox/""#),
        Dropper(
            name: "cp -r of a lane",
            script: #"mkdir -p "$work/a/b"; mv "$work/hero.yaml" "$work/a/b/"; cp -r "$work/a" "$inbox/""#),
        Dropper(name: "mv", script: #"mv "$work/hero.yaml" "$inbox/""#),
        Dropper(
            name: "mv across file systems",
            script: """
                for folder in /dev/shm /var/tmp; do
                    [ "$(stat -c %d $folder)" != "$(stat -c %d "$inbox")" ] || continue
                    elsewhere=$(mktemp -d -p $folder)
                    trap 'rm -r "$elsewhere"' EXIT
                    break
                done
                cp "$work/hero.yaml" "$elsewhere/"
                mv "$elsewhere/hero.yaml" "$inbox/"
                """),
        Dropper(
            name: "mv of a lane",
            script: #"mkdir -p "$work/a/b"; mv "$work/hero.yaml" "$work/a/b/"; mv "$work/a" "$inbox/""#),
        Dropper(
            name: "a lane that is renamed while its file settles", settle: "1s",
            script: """
                mkdir "$inbox/a"
                cat "$work/hero.yaml" > "$inbox/a/hero.yaml"
                sleep 0.1
                mv "$inbox/a" "$inbox/b"
                """),
        Dropper(
            name: "cp into a lane that is made the moment before",
            script: #"mkdir -p "$inbox/a/b/c/d/e"; cp "$work/hero.yaml" "$inbox/a/b/c/d/e/""#),
        Dropper(name: "ln", script: #"ln "$work/hero.yaml" "$inbox/""#),
        Dropper(
            name: "ln -s, which is no file", leaves: ["hero.yaml"], isTaken: false,
            script: #"ln -s "$work/hero.yaml" "$inbox/""#),
        Dropper(
            name: "a temporary file and os.replace",
            script: """
                python3 - "$work/hero.yaml" "$inbox" <<'END'
                import os, sys, tempfile, time
                handle, name = tempfile.mkstemp(dir=sys.argv[2])
                with os.fdopen(handle, "wb") as file:
                    for line in open(sys.argv[1], "rb"):
                        file.write(line)
                        file.flush()
                        time.sleep(0.05)
                    os.fsync(file.fileno())
                os.replace(name, sys.argv[2] + "/hero.yaml")
                END
                """),
        Dropper(
            name: "LibreOffice's lock file beside it",
            script: """
                printf ',me,host,today;' > "$inbox/.~lock.hero.yaml#"
                cp "$work/hero.yaml" "$inbox/"
                sleep 0.5
                rm "$inbox/.~lock.hero.yaml#"
                """),
    ]
}

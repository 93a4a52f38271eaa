// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    /// A first version in the inbox, which is put right at once: it must not be taken before.
    private static let draft = #"sed 's/image_size: 4K/image_size: 2K/' "$work/hero.yaml" > "$inbox/hero.yaml""# + "\n"

    /// With all that vim may leave beside a file: a swap file, a backup, and 4913, by which it tries out the folder.
    private static let vim =
        "vim -es -u NONE -i NONE -c 'set nocp swapfile updatecount=1 backup writebackup backupskip='"

    private static func vimEdits(backupCopy: String, _ name: String) -> Dropper {
        let edits = "-c 'set backupcopy=\(backupCopy)' -c '%s/image_size: 2K/image_size: 4K/' -c 'wq!' hero.yaml"
        return Dropper(
            name: name, settle: "1s", leaves: ["hero.yaml~"], script: draft + "cd \"$inbox\"\n" + vim + " " + edits)
    }

    static let editors: [Dropper] = [
        Dropper(
            name: "vim, a new file",
            script: "cd \"$inbox\"\n" + vim
                + #" -c "call setline(1, readfile('$work/hero.yaml'))" -c 'sleep 600m' -c 'wq!' hero.yaml"#),
        vimEdits(backupCopy: "no", "vim, saved by rename"),
        vimEdits(backupCopy: "yes", "vim, saved in place"),
    ]

    /// What edits without a screen; every Debian has both.
    static let streamEditors: [Dropper] = [
        Dropper(
            name: "sed -i", settle: "1s",
            script: draft + #"sed -i 's/image_size: 2K/image_size: 4K/' "$inbox/hero.yaml""#),
        Dropper(
            name: "perl -i", settle: "1s", leaves: ["hero.yaml.bak"],
            script: draft + #"perl -i.bak -pe 's/image_size: 2K/image_size: 4K/' "$inbox/hero.yaml""#),
    ]

    /// Keys are pressed only when nano shows that it waits for them.
    static let nano = Dropper(
        name: "nano",
        script: #"""
            export TERM=xterm HOME=$work
            expect -f - "$work/hero.yaml" "$inbox/hero.yaml" <<'END'
            set timeout -1
            proc await {words} { expect -re $words {} default { exit 1 } }
            spawn nano --ignorercfiles --nonewlines --backup --locking [lindex $argv 1]
            await "Exit"
            send "\022"
            await "insert"
            send "[lindex $argv 0]\r"
            await "Read \\d+ line"
            send "\017"
            await "Write"
            send "\r"
            await "Wrote \\d+ line"
            send "\030"
            expect eof
            END
            """#)
}

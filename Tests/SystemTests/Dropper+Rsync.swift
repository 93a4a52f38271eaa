// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    static let rsync: [Dropper] = [
        Dropper(name: "rsync", script: #"rsync "$work/hero.yaml" "$inbox/""#),
        Dropper(
            name: "rsync -a of an old file",
            script: #"touch -d 2020-01-01 "$work/hero.yaml"; rsync -a "$work/hero.yaml" "$inbox/""#),
        Dropper(name: "rsync --inplace", script: #"rsync -a --inplace --bwlimit=1 "$work/hero.yaml" "$inbox/""#),
        Dropper(name: "rsync --partial", script: #"rsync -a --partial --bwlimit=1 "$work/hero.yaml" "$inbox/""#),
        Dropper(
            name: "rsync --partial-dir",
            script: #"rsync -a --partial-dir=.rsync-partial --delay-updates "$work/hero.yaml" "$inbox/""#),
        Dropper(
            name: "rsync --append to a beginning", settle: "1s",
            script: """
                head -c 400 "$work/hero.yaml" > "$inbox/hero.yaml"
                rsync --append "$work/hero.yaml" "$inbox/"
                """),
        // Broken off, rsync renames what it has to the final name, and sets its time to 1970 where it keeps times. It
        // writes in pieces of 256 KiB: to read so much takes the unoptimised program a second each time.
        Dropper(
            name: "rsync -a --partial, broken off and run again", within: .seconds(10), padding: 3_500,
            script: """
                # It has written its first piece after three quarters of its time, whenever it has come to start.
                rsync -a --partial --bwlimit=25 "$work/hero.yaml" "$inbox/" & broken=$!
                until [ -n "$(find "$inbox" -name '.hero.yaml.*' -size +0)" ]; do sleep 0.05; kill -0 $broken; done
                kill -INT $broken
                wait $broken || true
                # What is there now is a part of it; it must lie here as long as nobody goes on.
                sleep 1.5
                [ -s "$inbox/hero.yaml" ]
                rsync -a --partial "$work/hero.yaml" "$inbox/"
                """),
    ]
}

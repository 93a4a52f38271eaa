// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    /// Two syncthings on loopback that know nothing but each other: one sends, the other receives into the inbox. No
    /// discovery, no relays, no reports, no updates.
    static let syncthing = Dropper(
        name: "syncthing",
        script: #"""
            export HOME=$work STNOUPGRADE=1
            mkdir "$work/send"
            for side in a b; do
                syncthing generate --no-default-folder --home "$work/$side" > "$work/$side.log" 2>&1
                syncthing --home "$work/$side" --device-id > "$work/$side.id"
            done
            python3 - "$work" "$inbox" <<'END'
            import os, random, socket, sys
            work, inbox = sys.argv[1:]
            sockets = [socket.socket() for _ in range(4)]
            # As for the other servers.
            first = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
            for each in sockets:
                while True:
                    try:
                        each.bind(("127.0.0.1", random.randrange(first // 2, first)))
                        break
                    except OSError:
                        pass
            ports = [each.getsockname()[1] for each in sockets]
            ids = [open(f"{work}/{side}.id").read().strip() for side in "ab"]
            folders = [f"{work}/send", inbox]
            for me, kind in enumerate(["sendonly", "receiveonly"]):
                devices = "".join(f'<device id="{id}"/>' for id in ids)
                places = ["dynamic" if one == me else f"tcp://127.0.0.1:{ports[one]}" for one in (0, 1)]
                peers = "".join(f'<device id="{ids[one]}"><address>{places[one]}</address></device>' for one in (0, 1))
                no = ["globalAnnounceEnabled", "localAnnounceEnabled", "relaysEnabled", "natEnabled",
                      "crashReportingEnabled", "startBrowser"]
                options = "".join(f"<{name}>false</{name}>" for name in no)
                os.makedirs(folders[me] + "/.stfolder", exist_ok=True)
                with open(f"{work}/{'ab'[me]}/config.xml", "w") as file:
                    file.write(f"""<configuration version="36">
                    <folder id="drop" path="{folders[me]}" type="{kind}" rescanIntervalS="1" fsWatcherEnabled="true"
                        fsWatcherDelayS="1" ignorePerms="true">{devices}</folder>{peers}
                    <gui enabled="false"><address>127.0.0.1:{ports[me + 2]}</address></gui>
                    <options><listenAddress>tcp://127.0.0.1:{ports[me]}</listenAddress>{options}
                    <reconnectionIntervalS>1</reconnectionIntervalS><urAccepted>-1</urAccepted>
                    <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
                    <stunKeepaliveStartS>0</stunKeepaliveStartS></options></configuration>""")
            END
            syncthing serve --no-browser --home "$work/a" > "$work/a.log" 2>&1 & one=$!
            syncthing serve --no-browser --home "$work/b" > "$work/b.log" 2>&1 & two=$!
            trap 'kill $one $two; wait' EXIT
            mv "$work/hero.yaml" "$work/send/"
            until [ -n "$(find "$inbox/../done" -name hero.yaml)" ]; do
                sleep 0.1
                kill -0 $one $two
            done
            # It hears that the file is gone, and must not bring it again.
            sleep 3
            """#)
}

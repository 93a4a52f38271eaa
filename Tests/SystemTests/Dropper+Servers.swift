// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    /// Finds a port that is free, as `$port`, below those that the kernel gives to connections, of which others have
    /// many at the same time: until the server has it, one of them could get it.
    static let freePort = #"""
        port=$(python3 - <<'END'
        import random, socket
        first = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
        while True:
            try:
                port = random.randrange(first // 2, first)
                socket.socket().bind(("127.0.0.1", port))
                break
            except OSError:
                pass
        print(port)
        END
        )

        """#

    /// An sshd of the test's own on loopback, with keys of its own, as `$server`; `$work/ssh_config` leads there.
    static let sshd =
        freePort + #"""
            ssh-keygen -q -t ed25519 -N '' -f "$work/host"
            ssh-keygen -q -t ed25519 -N '' -f "$work/key"
            root=no
            # Where privileges are separated, sshd wants this folder, which the service would have made.
            if [ "$(id -u)" = 0 ]; then root=yes; mkdir -p /run/sshd; fi
            cat > "$work/sshd_config" <<END
            Port $port
            ListenAddress 127.0.0.1
            HostKey $work/host
            PidFile none
            AuthorizedKeysFile $work/key.pub
            StrictModes no
            UsePAM $root
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            Subsystem sftp internal-sftp
            END
            "$(PATH=$PATH:/usr/sbin command -v sshd)" -D -e -f "$work/sshd_config" 2> "$work/sshd.log" &
            server=$!
            cat > "$work/ssh_config" <<END
            Host *
              Port $port
              User $(id -un)
              IdentityFile $work/key
              IdentitiesOnly yes
              IdentityAgent none
              UserKnownHostsFile $work/known
              GlobalKnownHostsFile none
              StrictHostKeyChecking accept-new
              LogLevel ERROR
            END
            # However long it takes to start: that it ends is what must not be waited for.
            until ssh -F "$work/ssh_config" 127.0.0.1 true 2> "$work/ssh.log"; do
                sleep 0.05
                kill -0 $server
            done

            """#

    private static let ends = "trap 'kill $server' EXIT\n"

    private static func ssh(_ name: String, padding: Int = 3, _ command: String) -> Dropper {
        Dropper(name: name, padding: padding, script: sshd + ends + command)
    }

    static let ssh: [Dropper] = [
        ssh("scp", #"scp -qF "$work/ssh_config" "$work/hero.yaml" "127.0.0.1:$inbox/""#),
        ssh("scp, the old protocol", #"scp -OqpF "$work/ssh_config" "$work/hero.yaml" "127.0.0.1:$inbox/""#),
        ssh(
            "scp over a slow line", padding: 950,
            #"scp -l 300 -qF "$work/ssh_config" "$work/hero.yaml" "127.0.0.1:$inbox/""#),
        ssh("sftp", #"echo "put -p $work/hero.yaml $inbox" | sftp -qF "$work/ssh_config" -b - 127.0.0.1"#),
        ssh(
            "sftp as WinSCP does it",
            """
            sftp -qF "$work/ssh_config" -b - 127.0.0.1 <<END
            put $work/hero.yaml $inbox/hero.yaml.filepart
            rename $inbox/hero.yaml.filepart $inbox/hero.yaml
            END
            """),
    ]

    static let rsyncOverSSH = ssh(
        "rsync over ssh",
        #"rsync -a --inplace --bwlimit=1 -e "ssh -F $work/ssh_config" "$work/hero.yaml" "127.0.0.1:$inbox/""#)

    /// A Samba of the test's own on loopback, with all its folders in `$work`, as `$server`; its share is
    /// `$inbox`, and `smb` talks to it as a guest.
    static let smbd =
        freePort + #"""
            mkdir -p "$work"/smb/{private,lock,state,cache,pid,ncalrpc}
            chmod 755 "$work" "$work/smb/ncalrpc"
            cat > "$work/smb.conf" <<END
            [global]
              server role = standalone server
              interfaces = 127.0.0.1
              bind interfaces only = yes
              smb ports = $port
              disable netbios = yes
              map to guest = Bad User
              guest account = $(id -un)
              private dir = $work/smb/private
              lock directory = $work/smb/lock
              state directory = $work/smb/state
              cache directory = $work/smb/cache
              pid directory = $work/smb/pid
              ncalrpc dir = $work/smb/ncalrpc
              log file = $work/smb/log
              load printers = no
              disable spoolss = yes
            [inbox]
              path = $inbox
              guest ok = yes
              read only = no
            END
            smbd=$(PATH=$PATH:/usr/sbin command -v smbd)
            # In a group of its own, which it ends when it ends.
            setsid "$smbd" --foreground --no-process-group -s "$work/smb.conf" > "$work/smbd.log" 2>&1 & server=$!
            smb() { smbclient -N -p "$port" -s "$work/smb.conf" //127.0.0.1/inbox "$@"; }
            until smb -c ls > "$work/smbclient.log" 2>&1; do
                sleep 0.05
                kill -0 $server
            done

            """#

    private static func smb(_ name: String, _ command: String) -> Dropper {
        Dropper(name: name, script: smbd + ends + command)
    }

    static let samba: [Dropper] = [
        smb("smbclient put", #"smb -c "put $work/hero.yaml hero.yaml""#),
        smb(
            "smbclient put, slowly",
            """
            while IFS= read -r line; do printf '%s\\n' "$line"; sleep 0.4; done < "$work/hero.yaml" |
                smb -c 'put - hero.yaml'
            """),
        smb(
            "smbclient, a temporary name in a lane",
            #"smb -c "mkdir lane; cd lane; put $work/hero.yaml hero.yaml.tmp; rename hero.yaml.tmp hero.yaml""#),
    ]
}

// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A way to publish one's own pictures that the documents recommend, with a server for it on loopback.
struct PublishRecipe: Sendable, CustomTestStringConvertible {
    var name: String
    /// For bash, which ends at the first command that fails. Starts what is needed in the background, with its number added
    /// to `$servers`, waits until it answers, and writes the daemon's options into `$work/options`, one a line. `$work` is
    /// an empty folder, and the daemon's `HOME`; `$recipes` is `examples/publish`.
    var script: String
    /// Whether a picture stays published when its job has ended.
    var isKept = false

    var testDescription: String { name }

    private static let s3 =
        Dropper.freePort + #"""
            # Where it is set, rclone cannot be used.
            export AWS_CA_BUNDLE=
            moto_server -H 127.0.0.1 -p "$port" > "$work/moto.log" 2>&1 & servers+=" $!"
            export AWS_ACCESS_KEY_ID=recipe AWS_SECRET_ACCESS_KEY=pssst AWS_DEFAULT_REGION=eu-central-1
            s3=http://127.0.0.1:$port
            until curl -s -o "$work/moto.page" "$s3"; do sleep 0.1; kill -0 $!; done
            aws --endpoint-url "$s3" s3 mb s3://pictures > "$work/moto.bucket"

            """#

    /// A server of that kind at `$base`, for what is in `$work/www`.
    private static func web(_ server: String) -> String {
        Dropper.freePort + #"""
            mkdir -p "$work/www"
            base=http://127.0.0.1:$port
            \#(server) > "$work/web.log" 2>&1 & servers+=" $!"
            until curl -s -o "$work/web.page" "$base"; do sleep 0.1; kill -0 $!; done

            """#
    }

    /// Its key is in no command: whoever looks at these must not find it.
    static let imageHost = PublishRecipe(
        name: "imagehost.sh, an image host",
        script: Dropper.freePort + #"""
            openssl rand -hex 16 > "$work/.imagehost-key"
            base=http://127.0.0.1:$port
            python3 "$recipes/../../Tests/Publishing/imagehost.py" "$port" "$work/.imagehost-key" > "$work/web.log" 2>&1 &
            servers+=" $!"
            until curl -s -o "$work/web.page" "$base"; do sleep 0.1; kill -0 $!; done
            options --publish-command "$recipes/imagehost.sh put $base/1/upload {file} {name}" --publish-keep true
            """#,
        isKept: true)

    static let all = [
        imageHost,
        PublishRecipe(
            name: "aws.sh, signed links of S3",
            script: s3 + #"""
                mkdir -p "$work/.aws"
                printf '[default]\naws_access_key_id = recipe\naws_secret_access_key = pssst\n' > "$work/.aws/credentials"
                printf '[default]\nregion = eu-central-1\n' > "$work/.aws/config"
                options --publish-command "$recipes/aws.sh put s3://pictures/drop {file} {name} --endpoint-url $s3" \
                    --publish-remove-command "$recipes/aws.sh remove s3://pictures/drop {name} --endpoint-url $s3"
                """#),
        PublishRecipe(
            name: "rclone.sh, signed links of S3",
            script: s3 + #"""
                mkdir -p "$work/.config/rclone"
                cat > "$work/.config/rclone/rclone.conf" <<END
                [bucket]
                type = s3
                provider = Other
                endpoint = $s3
                region = eu-central-1
                access_key_id = recipe
                secret_access_key = pssst
                END
                options --publish-command "$recipes/rclone.sh put bucket:pictures/drop {file} {name}" \
                    --publish-remove-command "$recipes/rclone.sh remove bucket:pictures/drop {name}"
                """#),
        PublishRecipe(
            name: "rclone by itself, to WebDAV",
            script: web(#"rclone serve webdav --addr "127.0.0.1:$port" "$work/www""#) + #"""
                mkdir -p "$work/.config/rclone"
                printf '[cdn]\ntype = webdav\nurl = %s\nvendor = other\n' "$base" > "$work/.config/rclone/rclone.conf"
                options --publish-command "rclone copyto {file} cdn:drop/{name}" \
                    --publish-remove-command "rclone deletefile cdn:drop/{name}" --publish-base-url "$base/drop"
                """#),
        PublishRecipe(
            name: "sftp.sh, into a folder of a web server",
            script: Dropper.sshd + "servers+=\" $server\"\n"
                + web(#"python3 -m http.server --bind 127.0.0.1 --directory "$work/www" "$port""#) + #"""
                    there=127.0.0.1:$work/www
                    options --publish-command "$recipes/sftp.sh put $there {file} {name} -F $work/ssh_config" \
                        --publish-remove-command "$recipes/sftp.sh remove $there {name} -F $work/ssh_config" \
                        --publish-base-url "$base"
                    """#),
        PublishRecipe(
            name: "nginx.conf, a folder",
            script: Dropper.freePort + #"""
                mkdir -p "$work/www/drop" "$work/temp"
                sed -e "s,listen 443 ssl;,listen 127.0.0.1:$port;," -e '/ssl_certificate/d' \
                    -e "s,root /srv/www;,root $work/www;," "$recipes/nginx.conf" > "$work/site.conf"
                [ "$(id -u)" != 0 ] || echo 'user root;' > "$work/nginx.conf"
                cat >> "$work/nginx.conf" <<END
                daemon off;
                pid $work/nginx.pid;
                events {}
                http {
                    access_log off;
                    $(for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $work/temp;"; done)
                    include $work/site.conf;
                }
                END
                nginx=$(PATH=$PATH:/usr/sbin command -v nginx)
                "$nginx" -p "$work" -c "$work/nginx.conf" -e stderr 2> "$work/nginx.log" & servers+=" $!"
                base=http://127.0.0.1:$port/drop
                until curl -s -o "$work/web.page" "$base/"; do sleep 0.1; kill -0 $!; done
                # Neither a list of the folder, nor what has no name that nobody can guess.
                touch "$work/www/drop/.bananadrop-half.png" "$work/www/drop/note.png"
                for page in / /.bananadrop-half.png /note.png; do
                    if curl -sf -o "$work/web.page" "$base$page"; then exit 1; fi
                done
                options --publish-directory "$work/www/drop" --publish-base-url "$base"
                """#),
    ]

    private static let beginning = #"""
        work=$1 recipes=$2 servers=
        trap 'kill $servers; touch "$work/ended"' EXIT
        options() { printf '%s\n' "$@" > "$work/options"; }

        """#

    private static let end = #"""

        touch "$work/ready"
        until [ -e "$work/over" ]; do sleep 0.1; done

        """#

    /// Runs `body` with the daemon's options, and its home, while the servers run.
    func serve(_ body: ([String], URL) async throws -> Void) async throws {
        let work = TestFolder.new("recipe")
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: work) }
        let recipes = DocumentPage.root.appendingPathComponent("examples/publish").path
        let text = Self.beginning + script + Self.end
        async let server: Void = Tool.run(["bash", "-euc", text, "recipe", work.path, recipes])
        func isThere(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: work.appendingPathComponent(name).path)
        }
        while !isThere("ready"), !isThere("ended") { try await Task.sleep(for: .milliseconds(20)) }
        if isThere("ready") {
            let options = try String(contentsOf: work.appendingPathComponent("options"), encoding: .utf8)
            try await body(options.split(separator: "\n").map(String.init), work)
        }
        try Data().write(to: work.appendingPathComponent("over"))
        try await server
    }
}

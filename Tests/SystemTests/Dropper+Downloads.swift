// SPDX-License-Identifier: Apache-2.0

extension Dropper {
    /// A web server that gives the request out in pieces, with pauses longer than `settle`, at `$url`.
    private static let server = #"""
        python3 - "$work" <<'END' &
        import http.server, os, sys, time
        class Slow(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                data = open(sys.argv[1] + "/hero.yaml", "rb").read()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                for start in range(0, len(data), 150):
                    self.wfile.write(data[start:start + 150])
                    self.wfile.flush()
                    time.sleep(0.4)
        server = http.server.HTTPServer(("127.0.0.1", 0), Slow)
        with open(sys.argv[1] + "/port.new", "w") as file: file.write(str(server.server_port))
        os.rename(sys.argv[1] + "/port.new", sys.argv[1] + "/port")
        server.serve_forever()
        END
        server=$!
        trap 'kill $server' EXIT
        until [ -e "$work/port" ]; do sleep 0.05; kill -0 $server; done
        url=http://127.0.0.1:$(cat "$work/port")/

        """#

    static let downloads: [Dropper] = [
        Dropper(name: "curl -o", script: server + #"curl -sS --noproxy '*' -N -o "$inbox/hero.yaml" "$url""#),
        Dropper(name: "wget -O", script: server + #"wget -q --no-proxy -O "$inbox/hero.yaml" "$url""#),
    ]
}

using System.Diagnostics;
using System.Text;

namespace Assay.Tests.Serving;

/// <summary>A model server of Python's standard library, which does as it is told: doubles numbers, raises, loops, eats memory, dies.</summary>
internal static class PythonModel
{
    private const string Server = """
        import json, os, socket, subprocess, sys, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        def doubled(value):
            return [doubled(v) for v in value] if isinstance(value, list) else value * 2

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def address_string(self):
                return "caller"

            def answer(self, status, body):
                self.say(status, json.dumps(body).encode())

            def say(self, status, data):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                if self.path == "/v2/models/doubler":
                    spec = [{"name": "x", "datatype": "FP64", "shape": [-1]}]
                    self.answer(200, {"name": "doubler", "inputs": spec, "outputs": [dict(spec[0], name="y")]})
                else:
                    self.answer(200, {})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if "MODEL_SAYS" in os.environ:
                    self.say(200, open(os.environ["MODEL_SAYS"], "rb").read())
                    return
                if self.path.startswith("/v2/"):
                    x = body["inputs"][0]
                    self.answer(200, {"outputs": [dict(x, name="y", data=doubled(x["data"]))]})
                    return
                wish = body.get("params", {}).get("do")
                if wish == "die":
                    print("I was told to die", flush=True)
                    os._exit(3)
                if wish == "loop":
                    while True:
                        time.sleep(0.01)
                if wish == "eat":
                    eaten = bytearray(600 * 1024 * 1024)
                    for i in range(0, len(eaten), 4096):
                        eaten[i] = 1
                    time.sleep(60)
                if wish == "raise":
                    raise ValueError("x is odd")
                if wish == "refuse":
                    self.answer(400, {"error_code": "BAD_REQUEST", "message": "x must be positive"})
                    return
                if wish == "hold":
                    open(body["params"]["held"], "w").close()
                    while not os.path.exists(body["params"]["go"]):
                        time.sleep(0.01)
                if wish == "help":
                    sleep = ["sleep", "600"]
                    helpers = [subprocess.Popen(sleep), subprocess.Popen(sleep, start_new_session=True), subprocess.Popen(sleep, start_new_session=True, env={})]
                    self.answer(200, {"predictions": [os.getpid()] + [helper.pid for helper in helpers]})
                    return
                if wish == "linger":   # it answers nobody any more, and its process ends later
                    self.server.socket.shutdown(socket.SHUT_RDWR)
                    self.connection.shutdown(socket.SHUT_RDWR)
                    time.sleep(2)
                    os._exit(3)
                if wish == "bequeath":   # the connection goes on, in other hands
                    heir = subprocess.Popen(["sleep", "600"], start_new_session=True, env={}, pass_fds=[self.connection.fileno()])
                    with open(body["params"]["held"], "w") as held:
                        held.write(str(heir.pid))
                    os._exit(3)
                if wish == "tell":
                    self.answer(200, {"predictions": {"id": os.getpid(), "folder": os.getcwd(), "variables": sorted(os.environ), "home": os.environ["HOME"]}})
                    return
                self.answer(200, {"predictions": doubled(body["inputs"]["x"])})

        class OverSocket(ThreadingHTTPServer):
            address_family = socket.AF_UNIX

            def server_bind(self):
                self.socket.bind(self.server_address)

        where = sys.argv[1]
        (ThreadingHTTPServer(("127.0.0.1", int(where)), Handler) if where.isdigit() else OverSocket(where, Handler)).serve_forever()
        """;

    /// <summary>The interpreter itself, since a wrapper may need the environment that is taken away; null when there is none.</summary>
    public static string? Interpreter { get; } = Find();

    public static (string Path, byte[] Content)[] Files(string where = "{port}", string more = "") =>
    [
        ("serve.yaml", Encoding.UTF8.GetBytes($"command: [\"{Interpreter}\", server.py, \"{where}\"]\n{more}")),
        ("server.py", Encoding.UTF8.GetBytes(Server)),
    ];

    /// <summary>Ends the test as skipped where Python is absent.</summary>
    public static void Need() => Assert.SkipWhen(Interpreter is null, "There is no python3 on this machine to start a model with.");

    private static string? Find()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import sys; print(sys.executable)"]) { RedirectStandardOutput = true })!;
            var path = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 && File.Exists(path) ? path : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

using System.Diagnostics;
using System.Text.Json;
using Assay.Kernel;

namespace Assay.Cli.Connections;

/// <summary>The server that holds a home, as it says itself in the home's <c>server.json</c>.</summary>
internal sealed record RunningServer(Uri Url, int Pid)
{
    /// <summary>The one that runs on this home; null without one, and for a file that a dead process left.</summary>
    public static RunningServer? Find(string home)
    {
        try
        {
            var file = Path.Combine(home, "server.json");
            var server = JsonSerializer.Deserialize<RunningServer>(File.ReadAllBytes(file), AssayJson.Options);
            if (server?.Url is null)
                return null;
            using var process = Process.GetProcessById(server.Pid);
            return server;
        }
        catch (Exception absent) when (absent is IOException or JsonException or ArgumentException or UnauthorizedAccessException)
        {
            return null;   // no file, half a file or no such process: nobody serves
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Assay.TrackingBench;

/// <summary>The program as it was built, to be started as people start it.</summary>
internal static class BuiltProgram
{
    /// <summary>The published program if there is one, as people start it; else what was built last.</summary>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable("ASSAY_BENCH_PROGRAM") is { Length: > 0 } named)
            return named;
        var artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        const string name = "Assay.Cli.dll";
        var built = new DirectoryInfo(Path.Combine(artifacts, "bin", "Cli")) is { Exists: true } folder ? folder.GetFiles(name, SearchOption.AllDirectories) : [];
        return new FileInfo(Path.Combine(artifacts, "assay", name)) is { Exists: true } published
            ? published.FullName
            : built.OrderByDescending(file => file.LastWriteTimeUtc).FirstOrDefault()?.FullName
                ?? throw new InvalidOperationException("No program to start: run ./assay once, or name its Assay.Cli.dll in ASSAY_BENCH_PROGRAM.");
    }

    /// <summary>A port of this machine that nobody listens at.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

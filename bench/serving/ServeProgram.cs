using System.Text;
using Assay.ServingBench.Grpc;
using Assay.TrackingBench;

namespace Assay.ServingBench;

/// <summary>A program that serves a folder with a model: <c>Assay.Cli.dll</c> by its verb, any other by itself.</summary>
internal sealed record ServeProgram(string Path)
{
    private const double Held = 0.9;

    /// <summary>What its folder takes, without symbols, and without .NET's runtime where that is another's.</summary>
    public double Megabytes => new DirectoryInfo(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.Extension is not (".pdb" or ".dbg")).Sum(file => file.Length) / 1e6;

    /// <summary>How it is started.</summary>
    public (string File, string[] Arguments) Serving(string folder, int port)
    {
        string[] words = [folder, "--port", $"{port}"];
        if (!Path.EndsWith(".dll", StringComparison.Ordinal))
            return (Path, words);
        return ("dotnet", System.IO.Path.GetFileName(Path) == "Assay.Cli.dll" ? [Path, "serve", .. words] : [Path, .. words]);
    }

    /// <summary>Requests a second of a program, and of another in turn.</summary>
    /// <returns>Whether it holds the other's.</returns>
    public static async Task<bool> Compare(ServeProgram ours, ServeProgram theirs, string folder)
    {
        using var our = await ours.Start(folder);
        using var their = await theirs.Start(folder);
        var report = new Report();
        foreach (var rows in (int[])[1, 100])
        {
            var body = Encoding.UTF8.GetString(Platform.Models.Values.First().Body(rows, seed: 1)).Replace("null", "0", StringComparison.Ordinal);
            await Console.Out.WriteLineAsync($"{rows} row{(rows == 1 ? "" : "s")}, JSON");
            using (Load first = new(our, "/predict", body), second = new(their, "/predict", body))
                report.Compare(await Pairs.Measure(first, second), Held, p99Max: null);
            if (rows > 1)
                continue;
            await Console.Out.WriteLineAsync("1 row, gRPC");
            var message = GrpcCall.Of(System.IO.Path.GetFileName(folder), body);
            using (Load first = Load.Grpc(our, message, ""), second = Load.Grpc(their, message, ""))
                report.Compare(await Pairs.Measure(first, second), Held, p99Max: null);
        }

        return report.Good;
    }

    private Task<Child> Start(string folder)
    {
        var port = BuiltProgram.FreePort();
        var (file, arguments) = Serving(folder, port);
        return Child.Other(file, arguments, new Uri($"http://127.0.0.1:{port}/health/ready"));
    }
}

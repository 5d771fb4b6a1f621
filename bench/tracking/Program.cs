using System.Globalization;
using Assay.Kernel.Homes;
using Assay.Server.Hosting;
using Assay.TrackingBench;

// MLflow's API at 16 connections, with authentication, ledger and encryption on, against bars of so many times what MLflow's
// own server does on such a machine without authentication. Client and server share the machine.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var root = Directory.CreateTempSubdirectory("assay-bench-").FullName;
try
{
    if (args.Contains("--start"))
        return await StartUp.Run(root) ? 0 : 1;
    if (Array.IndexOf(args, "--million") is >= 0 and var at)
    {
        var runs = at + 1 < args.Length ? long.Parse(args[at + 1], CultureInfo.InvariantCulture) : 1_000_000;
        return await Million.Run(root, runs, Environment.GetEnvironmentVariable("ASSAY_BENCH_POSTGRES")) ? 0 : 1;
    }

    await using var server = await AssayServer.Start(new ServerOptions { Home = root, Port = 0, MetricsPort = 0 });
    var token = (await File.ReadAllTextAsync(new AssayHome(root).AdminTokenFile)).Trim();
    if (Array.IndexOf(args, "--soak") is >= 0 and var place)
        return await Soak.Run(server.Address, token, TimeSpan.FromSeconds(place + 1 < args.Length ? int.Parse(args[place + 1], CultureInfo.InvariantCulture) : 600)) ? 0 : 1;

    var seconds = Array.IndexOf(args, "--seconds") is >= 0 and var length ? int.Parse(args[length + 1], CultureInfo.InvariantCulture) : 5;
    using var load = new Load(server.Address, token, TimeSpan.FromSeconds(seconds));
    var filled = await Filled.Fill(load.First, args.Contains("--small") ? 1_000 : 10_000);
    var good = true;
    var only = Array.IndexOf(args, "--only") is >= 0 and var word ? args[word + 1] : "";
    foreach (var (name, bar, request) in Calls.All(filled).Where(call => call.Name.Contains(only, StringComparison.Ordinal)))
    {
        var measured = await load.Run(request);
        var reached = measured.PerSecond >= bar;
        good &= reached;
        await Console.Out.WriteLineAsync(
            $"{name,-44} {measured.PerSecond,9:N0}/s  bar {bar,7:N0}  median {measured.MedianMilliseconds,6:0.00} ms  p99 {measured.P99Milliseconds,6:0.00} ms  processor {measured.ProcessorMicroseconds,5:0} µs  {(reached ? "" : "SHORT")}");
    }

    foreach (var (name, bar, megabytes) in !Files.Name.Contains(only, StringComparison.Ordinal) ? [] : await Files.Measure(server.Address, token))
    {
        good &= megabytes >= bar;
        await Console.Out.WriteLineAsync($"{name,-44} {megabytes,9:N0} MB/s  bar {bar:N0}  {(megabytes >= bar ? "" : "SHORT")}");
    }

    return good ? 0 : 1;
}
finally
{
    Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    Directory.Delete(root, recursive: true);
}

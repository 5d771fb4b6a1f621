using System.Text;
using Assay.Client;
using Assay.ServingBench.Grpc;

namespace Assay.ServingBench;

/// <summary>What is measured, each with its bar.</summary>
internal sealed class Parts(AssayClient client, Child platform, Child bare, string token, string folder, Report report)
{
    /// <summary>The parts under their names, in the order in which they run.</summary>
    public IEnumerable<(string Name, Func<Task> Measure)> All() =>
    [
        ("trees, 1 row, logged, against not logged", Logging),
        ("trees, 1 row, against bare Kestrel", () => AgainstBare(1, 0.70, p99Max: 2)),
        ("trees, 100 rows, against bare Kestrel", () => AgainstBare(100, 0.5, p99Max: null)),
        ("trees, 1 row, gRPC, against a bare gRPC service", AgainstBareGrpc),
        ("trees, 1 row, arrivals at 70 % of the peak", AtSeventy),
        ("network, 1 row, rows of several requests together, against each alone", Together),
        ("program in Python, 1 row, several requests together, against each alone", ProgramTogether),
        ("linear, 1 row, against FastAPI, 2 workers", () => AgainstFastApi("linear", 10)),
        ("trees, 1 row, against FastAPI, 2 workers", () => AgainstFastApi("trees", 15)),
    ];

    private async Task Logging()
    {
        await client.Endpoints.Put("unlogged", "trees", "1");
        await client.Predictions.PutLog("unlogged", new(Enabled: false));
        using var logged = Ours("trees", 1);
        using var unlogged = new Load(platform, "/endpoints/unlogged/predict", Body("trees", 1), token);
        report.Compare(await Pairs.Measure(logged, unlogged), 0.90, p99Max: null);
    }

    private async Task AgainstBare(int rows, double bar, double? p99Max)
    {
        using var ours = Ours("trees", rows);
        using var limit = new Load(bare, "/predict", Body("trees", rows));
        report.Compare(await Pairs.Measure(ours, limit), bar, p99Max);
    }

    private async Task AgainstBareGrpc()
    {
        using var echo = await Child.Own("--bare-grpc");
        var message = GrpcCall.Of("trees", Body("trees", 1));
        using var ours = Load.Grpc(platform, message, token);
        using var limit = Load.Grpc(echo, message, token);
        report.Compare(await Pairs.Measure(ours, limit), 0.70, p99Max: null);
    }

    private async Task AtSeventy()
    {
        using var ours = Ours("trees", 1);
        using var limit = new Load(bare, "/predict", Body("trees", 1));
        var (all, others) = await OpenLoop.Measure(ours, limit);
        report.OpenLoop(all, others);
    }

    // A network of 20, 256, 256 and 1 that the runtime computes. Nobody is the bar here: a ratio over 1 is what batches gain.
    private async Task Together()
    {
        var home = Path.Combine(folder, "alone");
        using var other = await Child.Own("--platform-alone", home);
        var otherToken = Platform.Token(home);
        await Platform.Deploy(other, otherToken);
        using var together = Ours("network", 1);
        using var alone = new Load(other, "/endpoints/network/predict", Body("network", 1), otherToken);
        report.Compare(await Pairs.Measure(together, alone), 1, p99Max: null);
    }

    private async Task ProgramTogether()
    {
        if (!FastApi.IsHere())
        {
            await Console.Out.WriteLineAsync($"  {FastApi.Missing}");
            return;
        }

        var body = $$$"""{"inputs":{"x":{{{Body("trees", 1)}}}}}""";
        foreach (var name in new[] { Platform.Program, Platform.ProgramAlone })
            await client.Endpoints.Put(name, name, "1");
        using var together = new Load(platform, $"/endpoints/{Platform.Program}/predict", body, token);
        using var alone = new Load(platform, $"/endpoints/{Platform.ProgramAlone}/predict", body, token);
        report.Compare(await Pairs.Measure(together, alone), 1, p99Max: null);
    }

    private async Task AgainstFastApi(string kind, double bar)
    {
        if (!FastApi.IsHere())
        {
            await Console.Out.WriteLineAsync($"  {FastApi.Missing}");
            return;
        }

        using var peer = await FastApi.Start(kind, folder);
        using var ours = Ours(kind, 1);
        using var theirs = new Load(peer, "/predict", $$"""{"rows":{{Body(kind, 1)}}}""");
        report.Compare(await Pairs.Measure(ours, theirs), bar, p99Max: 1);
    }

    private Load Ours(string kind, int rows) => new(platform, $"/endpoints/{kind}/predict", Body(kind, rows), token);

    private static string Body(string model, int rows) =>
        Encoding.UTF8.GetString(Platform.Models[model].Body(rows, seed: 1)).Replace("null", "0", StringComparison.Ordinal);
}

using System.Globalization;
using System.Text;
using Assay.Client;
using Assay.ServingBench;

// Predictions of the whole platform, with authentication, monitoring and logging on, against bare Kestrel that reads the
// same body, and against the usual FastAPI service. Servers are processes of their own; the load comes from this one, and
// all share the machine. What is compared is measured in alternating rounds, and the median pair counts.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["--bare"]:
        await BareServer.Run();
        return 0;
    case ["--platform", var home]:
        await Platform.Run(home);
        return 0;
}

var root = Directory.CreateTempSubdirectory("assay-bench-").FullName;
try
{
    using var bare = await Child.Own("--bare");
    using var platform = await Child.Own("--platform", Path.Combine(root, "home"));
    var token = Platform.Token(Path.Combine(root, "home"));
    var client = AssayClient.Connect(platform.Address, token);
    await client.Models.SetPolicy("Production", "rules:\n  - signature: valid\n");   // made-up models have no evaluation to be judged by
    foreach (var name in Platform.Models.Keys)
        await client.Endpoints.Put(name, name, "1");

    if (Array.IndexOf(args, "--soak") is >= 0 and var at)
        return await Soak.Run(platform, token, at + 1 < args.Length ? long.Parse(args[at + 1], CultureInfo.InvariantCulture) : 10_000_000) ? 0 : 1;

    var report = new Report();
    await client.Endpoints.Put("unlogged", "trees", "1");
    await client.Predictions.PutLog("unlogged", new(Enabled: false));
    using (var logged = new Load(platform, "/endpoints/trees/predict", Body("trees", 1), token))
    using (var unlogged = new Load(platform, "/endpoints/unlogged/predict", Body("trees", 1), token))
        report.Compare("trees, 1 row, logged, against not logged", await Pairs.Measure(logged, unlogged), 0.90, p99Max: null);
    if (args.Contains("--logging"))
        return report.Good ? 0 : 1;

    foreach (var (rows, bar) in new[] { (1, 0.70), (100, 0.5) })
    {
        using var ours = new Load(platform, "/endpoints/trees/predict", Body("trees", rows), token);
        using var limit = new Load(bare, "/predict", Body("trees", rows));
        report.Compare($"trees, {rows} rows, against bare Kestrel", await Pairs.Measure(ours, limit), bar, p99Max: rows == 1 ? 2 : null);
    }

    using (var ours = new Load(platform, "/endpoints/trees/predict", Body("trees", 1), token))
        report.OpenLoop(await OpenLoop.Measure(ours));

    foreach (var (kind, bar) in new[] { ("linear", 10.0), ("trees", 15.0) })
    {
        if (!FastApi.IsHere())
        {
            await Console.Out.WriteLineAsync($"{kind}, 1 row, against FastAPI: {FastApi.Missing}");
            continue;
        }

        using var peer = await FastApi.Start(kind, root);
        using var ours = new Load(platform, $"/endpoints/{kind}/predict", Body(kind, 1), token);
        using var theirs = new Load(peer, "/predict", $$"""{"rows":{{Body(kind, 1)}}}""");
        report.Compare($"{kind}, 1 row, against FastAPI, 2 workers", await Pairs.Measure(ours, theirs), bar, p99Max: 1);
    }

    return report.Good ? 0 : 1;
}
finally
{
    Directory.Delete(root, recursive: true);
}

static string Body(string model, int rows) => Encoding.UTF8.GetString(Platform.Models[model].Body(rows, seed: 1)).Replace("null", "0", StringComparison.Ordinal);

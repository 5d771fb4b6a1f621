using System.Globalization;
using Assay.ServingBench;
using Assay.ServingBench.Grpc;

// Predictions of the whole platform, with authentication, monitoring and logging on, against bare Kestrel that reads the
// same body, a bare gRPC service, and the usual FastAPI service. Servers are processes of their own; the load comes from this one, and
// all share the machine. What is compared is measured in alternating rounds, and the median pair counts.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--bare" or "--bare-grpc"] or ["--platform" or "--platform-alone", _])
    Child.TellCompiled();
switch (args)
{
    case ["--bare"]:
        await BareServer.Run();
        return 0;
    case ["--bare-grpc"]:
        await BareGrpc.Run();
        return 0;
    case ["--platform", var home]:
        await Platform.Run(home, together: true);
        return 0;
    case ["--platform-alone", var home]:
        await Platform.Run(home, together: false);
        return 0;
}

var root = Directory.CreateTempSubdirectory("assay-bench-").FullName;
try
{
    using var bare = await Child.Own("--bare");
    using var platform = await Child.Own("--platform", Path.Combine(root, "home"));
    var token = Platform.Token(Path.Combine(root, "home"));
    var client = await Platform.Deploy(platform, token);

    if (Array.IndexOf(args, "--soak") is >= 0 and var at)
    {
        var requests = at + 1 < args.Length && long.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var count) ? count : 10_000_000;
        return await (args.Contains("--serve") ? Soak.RunServe(platform, token, root, requests) : Soak.Run(platform, token, requests)) ? 0 : 1;
    }

    if (args.Contains("--start"))
        return await StartUp.Run(platform, token, root, Array.IndexOf(args, "--serve") is >= 0 and var serve && serve + 1 < args.Length ? args[serve + 1] : null) ? 0 : 1;

    var only = Array.IndexOf(args, "--only") is >= 0 and var word && word + 1 < args.Length ? args[word + 1] : "";
    var report = new Report();
    var parts = new Parts(client, platform, bare, token, root, report);
    foreach (var (name, measure) in parts.All().Where(part => part.Name.Contains(only, StringComparison.Ordinal)))
    {
        await Console.Out.WriteLineAsync(name);
        await measure();
    }

    return report.Good ? 0 : 1;
}
finally
{
    Directory.Delete(root, recursive: true);
}

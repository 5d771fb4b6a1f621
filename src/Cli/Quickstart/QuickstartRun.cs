using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Quickstart.Stages;
using Assay.Cli.Verbs;
using Assay.Client;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Learning;
using Assay.Server.Hosting;
using Spectre.Console;

namespace Assay.Cli.Quickstart;

/// <summary>
/// Starts the platform in this process and takes a table through every stage, as any client would: over HTTP, with the
/// home's token. On a home where it ran before it goes on from what is there.
/// </summary>
internal static class QuickstartRun
{
    public static async Task<int> Run(QuickstartOptions options, CancellationToken cancel)
    {
        // With --json standard output holds the document alone.
        var (console, lines) = options.Json ? (Screen.Error, Console.Error) : (Screen.Out, Console.Out);
        using var source = QuickstartSource.Open(options);
        var board = new StageBoard(console);
        await using var server = await board.Run("start", async doing =>
        {
            doing("starting the platform");
            var started = await AssayServer.Start(
                new ServerOptions { Home = options.Home, Port = options.Port, MetricsPort = options.MetricsPort, Postgres = VerbOptions.Variable("ASSAY_POSTGRES") },
                cancel: cancel);
            return (started, $"{started.Address} on {options.Home}");
        });
        if (Up.MetricsNotice(server.MetricsAddress, options.MetricsPort) is { } metrics)
            await lines.WriteLineAsync($"  {metrics}");

        // A script's standard error ends in a log, where no secret belongs: it reads the file.
        if (server.AdminTokenIsNew && !options.Json)
            await lines.WriteLineAsync($"  Administrator's token, kept in {Path.Combine(options.Home, "admin-token")}: {HomeToken.Read(options.Home)}");

        var client = AssayClient.Connect(server.Address, HomeToken.Read(options.Home));
        var report = await Travel(new Trip(client, source, options, board), cancel);
        if (options.Json)
            Screen.WriteJson(report);
        else
            Summary.Show(report, source.IsSynthetic);
        if (report.Failing() is { } failing)
            console.MarkupLine($"[red]✗[/] Not every stage held: {Markup.Escape(failing)}.");
        if (!options.Exit)
            await Keep(server, client, lines, cancel);
        return report.Failing() is null ? 0 : 1;
    }

    private static async Task<QuickstartReport> Travel(Trip trip, CancellationToken cancel)
    {
        var dataset = await AddTable.Run(trip, cancel);
        var trained = await TrainModel.Run(trip, dataset, cancel);
        var signature = await CheckPackage.Run(trip, trained, cancel);
        var gate = await CheckPackage.Gate(trip, trained, cancel);
        // Not always the version that was trained from the table: an earlier quickstart may have promoted a retrained one.
        var served = await trip.Client.Models.Find(trip.Name, "Production", cancel)
            ?? throw new CommandException("The gate let no version into production, so there is nothing to serve; the bounds that were missed are above.");

        var rows = Rows(trip, served.Schema);
        var deployed = await DeployEndpoint.Run(trip, rows, cancel);
        var steady = await WatchTraffic.Steady(trip, rows, cancel);
        var shifted = await WatchTraffic.Shifted(trip, rows, cancel);
        var retraining = await AwaitRetraining.Run(trip, shifted.Alert, cancel);
        var ledger = await CheckLedger.Run(trip, cancel);

        var (data, version) = (dataset.Version, trained.Detail.Version);
        return new(
            new(data.Dataset, data.Version, data.Digest, data.Rows, data.Columns),
            new(data.ChecksPassed, data.ChecksFailed),
            [.. trained.Training.Candidates.Select(candidate => new CandidateReport(candidate.Trainer, candidate.Metric, candidate.Mean, candidate.Std))],
            new(version.Model, version.Version, version.Digest, version.Format, version.Metrics),
            new(signature.Bundle, signature.PublicKey, signature.Verified),
            new(gate.Passed, gate.Rules),
            deployed.Endpoint,
            deployed.Prediction,
            new(new(steady.Alert is not null, steady.MaxPsi), new(shifted.Alert is not null, shifted.MaxPsi, shifted.Alert?.Features ?? [])),
            retraining,
            new(ledger.Size, ledger.Root, ledger.Verified),
            trip.Board.Seconds,
            trip.Options.Home);
    }

    private static PlayedRows Rows(Trip trip, ModelSchema schema)
    {
        var table = TableFile.Read(trip.Source.File.FilePath, trip.Source.File.Format);
        var usable = TableRows.Usable(table, schema);
        return new(table, schema, TableRows.HeldOut(table, schema, usable, TrainingRequest.DefaultSeed), Shift.Of(table, schema, usable));
    }

    private static async Task Keep(AssayServer server, AssayClient client, TextWriter lines, CancellationToken cancel)
    {
        var link = await client.Access.CreateSignInLink(cancel);
        await lines.WriteLineAsync();
        await lines.WriteLineAsync($"Console: {server.Address}");
        await lines.WriteLineAsync($"This link signs you in, once: {new Uri(server.Address, link.Path)}");
        await lines.WriteLineAsync("Ctrl-C stops the platform; 'assay up' starts it again.");
        await server.WaitForShutdown(cancel);
    }
}

using System.Diagnostics;
using System.Text.Json;
using Assay.Cli.CommandLine;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Serving;

namespace Assay.Cli.Quickstart.Stages;

/// <summary>An endpoint that answered.</summary>
internal sealed record Deployed(EndpointReport Endpoint, PredictionReport Prediction);

/// <summary>Stage 6: an endpoint on what is in production, and a first prediction.</summary>
internal static class DeployEndpoint
{
    private const int RowsAsked = 3;
    private static readonly TimeSpan LoadMax = TimeSpan.FromSeconds(60);

    public static Task<Deployed> Run(Trip trip, PlayedRows rows, CancellationToken cancel) => trip.Board.Run("deployment", async doing =>
    {
        doing("loading and verifying the model");
        var endpoint = await trip.Client.Endpoints.Put(trip.Name, trip.Name, "Production", cancel: cancel);
        await WaitUntilReady(trip, cancel);
        doing("predicting");
        var body = rows.Body(rows.HeldOut.Take(RowsAsked));
        var answer = await trip.Client.Endpoints.Predict(trip.Name, body, cancel);
        var url = new Uri(trip.Client.Address, $"endpoints/{Uri.EscapeDataString(endpoint.Name)}/predict");
        return (new Deployed(new(endpoint.Name, url), new(JsonSerializer.Deserialize<JsonElement>(body), answer)), $"POST {url} answers {answer.GetRawText()}");
    });

    private static async Task WaitUntilReady(Trip trip, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var detail = await trip.Client.Endpoints.Find(trip.Name, cancel);
            if (detail?.Endpoint.State == EndpointState.Ready)
                return;
            if (detail?.Endpoint.State == EndpointState.Failed || watch.Elapsed > LoadMax)
                throw new CommandException($"The endpoint {trip.Name} does not answer: {detail?.Endpoint.Problem ?? "its model takes too long to load"}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
        }
    }
}

/// <summary>The table with the rows that are played back: held-out ones, and a biased resample.</summary>
internal sealed record PlayedRows(Table Table, ModelSchema Schema, IReadOnlyList<int> HeldOut, Shift Shift)
{
    public byte[] Body(IEnumerable<int> rows) => TableRows.Body(Table, Schema, rows);
}

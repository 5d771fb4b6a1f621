using System.Diagnostics;
using Assay.Client;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;

namespace Assay.FeedbackBench;

/// <summary>
/// A table replayed in the order of time: every row is predicted before its label is known. Three endpoints answer: a model
/// of the first rows that stays as it is, one that is trained again on recent rows after every block and goes into
/// production unseen, and one that the feedback loop looks after, unattended.
/// </summary>
internal sealed class Loop(AssayClient client, Table table, int first, int block, int recent)
{
    public const string Static = "static";
    public const string Rolling = "rolling";
    public const string Looped = "looped";

    private const string Recent = "recent";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<string, int> _right = new() { [Static] = 0, [Rolling] = 0, [Looped] = 0 };

    /// <summary>Rows that were predicted.</summary>
    public int Predicted { get; private set; }

    /// <summary>Share of predictions that were right.</summary>
    public double Accuracy(string endpoint) => (double)_right[endpoint] / Predicted;

    public async Task Run(Action<string> say)
    {
        await client.Datasets.Add("first", table.Csv(..first), "csv");
        foreach (var name in _right.Keys)
        {
            await Train(name, new("first"));
            await client.Endpoints.Put(name, name);
            await Until(async () => (await client.Endpoints.Find(name))?.Endpoint.Version is not null);
        }

        await client.Monitors.Set(Looped, new MonitorSettings(Math.Min(500, block), Retrain: new RetrainSettings(Recent, OnNewVersion: true, MaximumPerWeek: 1000)));
        for (var from = first; from < table.Rows; from += block)
        {
            var rows = from..Math.Min(from + block, table.Rows);
            foreach (var name in _right.Keys)
                await Predict(name, rows);
            Predicted += rows.End.Value - rows.Start.Value;
            say($"{Predicted,6} rows  static {Accuracy(Static):0.000}  rolling {Accuracy(Rolling):0.000}  looped {Accuracy(Looped):0.000}");
            if (rows.End.Value == table.Rows)
                break;

            // Now their labels are known.
            var known = Math.Max(0, rows.End.Value - recent)..rows.End.Value;
            await client.Datasets.Add(Recent, table.Csv(known), "csv");
            await Train(Rolling, new(Recent));
            await Settle();
        }
    }

    /// <summary>What the loop did.</summary>
    public async Task<IReadOnlyList<RetrainingSummary>> Retrainings() => (await client.Monitors.Retrainings(Looped))!.Items;

    private async Task Train(string model, DatasetChoice rows)
    {
        var training = await client.Trainings.Start(new NewTraining(model, [rows], table.Label, Promote: true));
        await Until(async () => (await client.Trainings.Find(training.Id))?.Status is TrainingStatus.Succeeded or TrainingStatus.Failed);
    }

    private async Task Predict(string endpoint, Range rows)
    {
        var schema = (await client.Endpoints.Find(endpoint))!.Schema!;
        var answer = await client.Endpoints.Predict(endpoint, table.Body(rows, schema.Inputs.Select(input => input.Name)));
        var row = rows.Start.Value;
        foreach (var prediction in answer.GetProperty("predictions").EnumerateArray())
            _right[endpoint] += prediction.GetDouble() >= 0.5 == (table.Labels[row++] == 1) ? 1 : 0;
    }

    // In the time that a block takes outside, a training is long over: wait for what the loop has begun, and for the endpoint.
    private async Task Settle()
    {
        try
        {
            await client.Monitors.Evaluate(Looped);
        }
        catch (AssayException)   // it was evaluated by itself already
        {
        }

        await Until(async () => (await Retrainings()).All(run => run.State != RetrainingState.Running));
        if ((await Retrainings()).FirstOrDefault(run => run.Promoted == true) is { Candidate: var candidate })
            await Until(async () => (await client.Endpoints.Find(Looped))?.Endpoint.Version >= candidate);
    }

    private static async Task Until(Func<Task<bool>> done)
    {
        for (var started = Stopwatch.GetTimestamp(); !await done();)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(10))
                throw new TimeoutException("What was waited for did not come in ten minutes.");
            await Task.Delay(Look);
        }
    }
}

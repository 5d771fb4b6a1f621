using Assay.Governance;
using Assay.Kernel.Permissions;
using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Runs;

internal sealed record RunRecorded(string Id, string Experiment, string Name, RunStatus Status)
    : LedgerEvent("run.recorded", $"run:{Id}");

internal sealed class RunBook(AssayDb db, ILedger ledger, Caller caller, ExperimentBook experiments, TimeProvider clock) : IRuns
{
    public async Task<string> Record(NewRun run, CancellationToken cancel)
    {
        if (await db.Runs.AnyAsync(existing => existing.Id == run.Id, cancel))
            return run.Id;

        if (!Guid.TryParseExact(run.Id, "N", out _) || run.Id.Any(char.IsAsciiLetterUpper))
            throw new ArgumentException($"'{run.Id}' is not 32 lower-case hexadecimal digits.", nameof(run));
        Check(run);

        var experiment = await experiments.FindOrAdd(run.Experiment, cancel);
        var row = new Run
        {
            Id = run.Id,
            ExperimentKey = experiment.Key,
            ExperimentId = experiment.Id,
            Name = Names.CheckValue("name", run.Name, Run.NameLengthMax),
            UserId = caller.Id,
            Status = run.Status,
            StartedAt = run.StartedAt,
            EndedAt = run.EndedAt,
            ArtifactUri = RunFiles.Below(experiment.Location, $"{run.Id}/artifacts"),
        };
        db.Runs.Add(row);
        ledger.Append(new RunRecorded(run.Id, run.Experiment, run.Name, run.Status));

        // The run's key, which the rows of its parts need, is the database's: so it is saved twice, in one transaction.
        await using var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancel) : null;
        await db.SaveChangesAsync(cancel);
        AddParts(row, run);
        if (RunStates.IsOver(row.Status.ToString()))
            db.UnsealedRuns.Add(new() { RunKey = row.Key, Since = clock.GetUtcNow(), Changes = 1, ChangedBy = caller.Id });
        await db.SaveChangesAsync(cancel);
        if (own is not null)
            await own.CommitAsync(cancel);
        return run.Id;
    }

    public async Task<RunSummary?> Find(string id, CancellationToken cancel) =>
        (await RunReading.Read(db, await db.Runs.AsNoTracking().Where(run => run.Id == id).ToListAsync(cancel), cancel)).SingleOrDefault();

    private static void Check(NewRun run)
    {
        foreach (var (key, value) in run.Params)
        {
            Names.Check(key);
            Names.CheckValue(key, value, RunParam.ValueLengthMax);
        }

        foreach (var (key, value) in run.Tags)
        {
            Names.Check(key);
            Names.CheckValue(key, value, RunTag.ValueLengthMax);
        }

        foreach (var point in run.Metrics)
            Names.Check(point.Key);
    }

    private void AddParts(Run row, NewRun run)
    {
        db.RunParams.AddRange(run.Params.Select(param => new RunParam { RunKey = row.Key, Key = param.Key, Value = param.Value }));
        db.RunTags.AddRange(run.Tags.Select(tag => new RunTag { RunKey = row.Key, Key = tag.Key, Value = tag.Value }));
        var at = run.EndedAt.ToUnixTimeMilliseconds();
        db.RunMetrics.AddRange(run.Metrics.Distinct().Select(point => new RunMetric
        {
            RunKey = row.Key,
            Key = point.Key,
            Step = point.Step,
            At = at,
            Value = MetricValues.Stored(point.Value),
            IsNaN = double.IsNaN(point.Value),
        }));
        foreach (var history in run.Metrics.GroupBy(point => point.Key))
        {
            var latest = history.OrderBy(point => point.Step).ThenBy(point => point.Value).Last();
            db.LatestMetrics.Add(new()
            {
                RunKey = row.Key,
                Key = latest.Key,
                ExperimentKey = row.ExperimentKey,
                Value = double.IsNaN(latest.Value) ? null : MetricValues.Stored(latest.Value),
                Step = latest.Step,
                At = at,
            });
        }
    }
}

/// <summary>Values of metrics as they are kept.</summary>
internal static class MetricValues
{
    /// <summary>0 for NaN, which has a flag of its own; the greatest finite number for an infinity.</summary>
    public static double Stored(double value) => double.IsNaN(value) ? 0 : Math.Clamp(value, double.MinValue, double.MaxValue);
}

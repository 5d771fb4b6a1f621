using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Tracking.Experiments;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Runs;

internal sealed record RunRecorded(string Id, string Experiment, string Name, RunStatus Status)
    : LedgerEvent("run.recorded", $"run:{Id}");

internal sealed class RunBook(AssayDb db, ILedger ledger, Caller caller, ExperimentBook experiments) : IRuns
{
    public async Task<string> Record(NewRun run, CancellationToken cancel)
    {
        if (await db.Runs.AnyAsync(existing => existing.Id == run.Id, cancel))
            return run.Id;

        if (!Guid.TryParseExact(run.Id, "N", out _) || run.Id.Any(char.IsAsciiLetterUpper))
            throw new ArgumentException($"'{run.Id}' is not 32 lower-case hexadecimal digits.", nameof(run));

        var experiment = await experiments.FindOrAdd(run.Experiment, cancel);
        db.Runs.Add(new Run
        {
            Id = run.Id,
            ExperimentId = experiment.Id,
            Name = RunKeys.CheckValue("name", run.Name, Run.NameLengthMax),
            UserId = caller.Id,
            Status = run.Status,
            StartedAt = run.StartedAt,
            EndedAt = run.EndedAt,
        });
        AddParams(run);
        AddTags(run);
        AddMetrics(run);
        ledger.Append(new RunRecorded(run.Id, run.Experiment, run.Name, run.Status));
        await db.SaveChangesAsync(cancel);
        return run.Id;
    }

    public async Task<RunSummary?> Find(string id, CancellationToken cancel) =>
        (await RunReading.Read(db, await db.Runs.AsNoTracking().Where(run => run.Id == id).ToListAsync(cancel), cancel)).SingleOrDefault();

    private void AddParams(NewRun run)
    {
        foreach (var (key, value) in run.Params)
        {
            RunKeys.Check(key);
            db.RunParams.Add(new RunParam { RunId = run.Id, Key = key, Value = RunKeys.CheckValue(key, value, RunParam.ValueLengthMax) });
        }
    }

    private void AddTags(NewRun run)
    {
        foreach (var (key, value) in run.Tags)
        {
            RunKeys.Check(key);
            db.RunTags.Add(new RunTag { RunId = run.Id, Key = key, Value = RunKeys.CheckValue(key, value, RunTag.ValueLengthMax) });
        }
    }

    private void AddMetrics(NewRun run)
    {
        foreach (var point in run.Metrics.Distinct())
        {
            RunKeys.Check(point.Key);
            db.RunMetrics.Add(new RunMetric
            {
                RunId = run.Id,
                Key = point.Key,
                Step = point.Step,
                At = run.EndedAt,
                Value = Finite(point.Value),
                IsNaN = double.IsNaN(point.Value),
            });
        }

        foreach (var history in run.Metrics.GroupBy(point => point.Key))
        {
            var latest = history.OrderBy(point => point.Step).ThenBy(point => point.Value).Last();
            db.LatestMetrics.Add(new LatestMetric
            {
                RunId = run.Id,
                Key = latest.Key,
                Step = latest.Step,
                At = run.EndedAt,
                Value = Finite(latest.Value),
                IsNaN = double.IsNaN(latest.Value),
            });
        }
    }

    private static double Finite(double value) =>
        double.IsNaN(value) ? 0 : Math.Clamp(value, double.MinValue, double.MaxValue);
}

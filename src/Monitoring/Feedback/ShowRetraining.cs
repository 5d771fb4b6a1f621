using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

/// <summary>The whole story of a retraining, told from the ledger: alert, training, candidate, gate, roll-out, outcome.</summary>
internal static class ShowRetraining
{
    private const int StepsMax = 100;
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["alert.raised"] = "alert",
        ["alert.closed"] = "alert",
        ["feedback.retraining-started"] = "training",
        ["training.registered"] = "candidate",
        ["training.failed"] = "training",
        ["gate.passed"] = "gate",
        ["gate.failed"] = "gate",
        ["model.promoted"] = "gate",
        ["endpoint.deployed"] = "deployment",
        ["endpoint.load-failed"] = "deployment",
        ["endpoint.deployment-refused"] = "deployment",
        ["rollout.started"] = "rollout",
        ["rollout.step"] = "rollout",
        ["rollout.promoted"] = "rollout",
        ["rollout.rolled-back"] = "rollout",
        ["rollout.aborted"] = "rollout",
        ["feedback.retraining-finished"] = "outcome",
    };

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{endpoint}/retrainings/{id}", Handle).WithName("ShowRetraining").Requires(MonitoringPermissions.Read, resource: "endpoint");

    private static async Task<Ok<RetrainingStory>> Handle(string endpoint, string id, AssayDb db, ILedgerMemory memory, CancellationToken cancel)
    {
        var run = await db.Retrainings.AsNoTracking().SingleOrDefaultAsync(each => each.Endpoint == endpoint && each.Id == id, cancel)
            ?? throw Refusal.NotFound("retraining", id);
        var next = await db.Retrainings.AsNoTracking()
            .Where(each => each.Endpoint == endpoint && string.Compare(each.Id, id) > 0).OrderBy(each => each.Id).FirstOrDefaultAsync(cancel);
        var raised = run.Alert is null ? null : await db.Alerts.AsNoTracking().SingleOrDefaultAsync(alert => alert.Id == run.Alert, cancel);

        List<string> subjects = [$"endpoint:{endpoint}", $"training:{run.Training}"];
        if (raised is not null && raised.Endpoint != endpoint)
            subjects.Add(AlertSubject.Of(raised.Endpoint));
        if (run.Candidate is { } candidate)
            subjects.Add($"model:{run.Model}@{candidate}");
        var from = (raised?.RaisedAt ?? run.StartedAt) - Slack;
        var (plot, steps) = (new Plot(run), new List<RetrainingStep>());
        await foreach (var each in memory.Read(new(subjects, [.. Kinds.Keys], from) { Until = next?.StartedAt }, cancel))
        {
            if (plot.Has(each))
                steps.Add(new(each.At, Kinds[each.Type], Words(each), each.Subject));
            if (steps.Count == StepsMax)
                break;
        }

        return TypedResults.Ok(new RetrainingStory(run.ToSummary(), steps));
    }

    /// <summary>Of what happened in that time, what names this run, its alert, or the version that came of it.</summary>
    private sealed class Plot(RetrainingRun run)
    {
        private readonly CandidateCourse? _course = run.Candidate is { } candidate ? new(candidate) : null;
        private bool _isOver;

        public bool Has(RememberedEvent each) => each.Type switch
        {
            "alert.raised" or "alert.closed" => run.Alert is not null && Text(each, "alert") == run.Alert,
            "feedback.retraining-started" => Text(each, "training") == run.Training,
            "feedback.retraining-finished" => Text(each, "training") == run.Training && (_isOver = true),
            "gate.passed" or "gate.failed" => !_isOver,
            "training.registered" or "training.failed" => true,
            _ => _course?.Take(each) == true,
        };
    }

    private static string Words(RememberedEvent each) => each.Type switch
    {
        "alert.raised" => Text(each, "summary") is { Length: > 0 } summary ? summary : "An alert was raised.",
        "alert.closed" => $"The alert was closed: {Text(each, "because")}",
        "feedback.retraining-started" => $"Training {Text(each, "training")} was started with version {Text(each, "datasetVersion")} of {Text(each, "dataset")}.",
        "training.registered" => $"Version {Text(each, "version")} of {Text(each, "model")} came of it.",
        "training.failed" => $"The training failed: {Text(each, "problem")}",
        "gate.passed" => "The gate let it through.",
        "gate.failed" => "The gate kept it out.",
        "model.promoted" => $"It reached the stage {Text(each, "stage")}.",
        "endpoint.deployed" => $"The endpoint began to answer with version {Text(each, "version")}.",
        "endpoint.load-failed" or "endpoint.deployment-refused" => $"It could not be loaded: {Text(each, "problem")}",
        "rollout.started" => "A roll-out began.",
        "rollout.step" => $"The roll-out went on to {Text(each, "weightPercent")} %.",
        "rollout.promoted" => "The roll-out ended, and the candidate took over.",
        "rollout.rolled-back" => $"The roll-out was rolled back: {Text(each, "reason")}",
        "rollout.aborted" => $"The roll-out was ended: {Text(each, "reason")}",
        _ => Text(each, "reason"),
    };

    private static string Text(RememberedEvent each, string field) =>
        each.Data.ValueKind == JsonValueKind.Object && each.Data.TryGetProperty(field, out var value) ? value.ToString() : "";
}

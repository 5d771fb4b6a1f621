using System.Text.Json;
using Assay.Data.Lineage;
using Assay.Governance;

namespace Assay.Monitoring.Alerts;

/// <summary>
/// What changed before an alert in what an endpoint's answers come from: the datasets of the model's lineage, versions of
/// the model, roll-outs and settings of the endpoint. Read from the ledger, which keeps what rows forget.
/// </summary>
internal sealed class Upstream(ILedgerMemory memory, IEnumerable<ILineageSource> lineage)
{
    private const int ChangesMax = 20;
    private const int LineageDepth = 4;
    private const int LinksMax = 200;
    private const int DatasetsMax = 20;
    private static readonly TimeSpan Before = TimeSpan.FromDays(7);

    private static readonly string[] Types =
    [
        "dataset.version-added", "model.version-registered", "model.promoted", "model.alias-moved", "model.withdrawn",
        "endpoint.deployed", "endpoint.load-failed", "endpoint.model-stopped", "endpoint.limits-changed", "endpoint.policy-changed",
        "rollout.started", "rollout.step", "rollout.promoted", "rollout.rolled-back", "rollout.aborted",
        "monitor.changed",
    ];

    /// <summary>Changes in the seven days before a moment, newest first.</summary>
    public async Task<IReadOnlyList<UpstreamChange>> Changes(
        string endpoint, string model, int version, DateTimeOffset moment, CancellationToken cancel)
    {
        List<string> subjects = [.. AlertSubject.Around(endpoint)];
        if (model.Length > 0)
            subjects.AddRange([$"model:{model}", $"model:{model}@*"]);
        if (version > 0)
            subjects.AddRange((await Datasets(LineageKeys.Version(LineageKind.ModelVersion, model, version), cancel)).Select(dataset => $"dataset:{dataset}@*"));
        var happened = await memory.Newest(new(subjects, Types, moment - Before), ChangesMax, cancel);
        return [.. happened.Select(each => new UpstreamChange(each.At, each.Type, each.Subject, Words(each)))];
    }

    private async Task<List<string>> Datasets(LineageKey version, CancellationToken cancel)
    {
        var met = new HashSet<LineageKey> { version };
        List<LineageKey> ring = [version];
        for (var step = 0; step < LineageDepth && ring.Count > 0; step++)
        {
            var next = new List<LineageKey>();
            foreach (var source in lineage)
                next.AddRange((await source.Before(ring, LinksMax, cancel)).Select(link => link.From));
            ring = [.. next.Where(met.Add)];
        }

        return [.. met.Where(key => key.Kind == LineageKind.Dataset).Select(key => key.Name).Distinct(StringComparer.Ordinal).Take(DatasetsMax)];
    }

    /// <summary>What happened, as a sentence.</summary>
    public static string Words(RememberedEvent happened)
    {
        var (name, version) = happened.Subject[(happened.Subject.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('@') is [var before, var after]
            ? (before, after) : (happened.Subject, "");
        return happened.Type switch
        {
            "dataset.version-added" => $"Version {version} of dataset {name} was added.",
            "model.version-registered" => $"Version {version} of model {name} was registered.",
            "model.promoted" => $"Version {version} of model {name} was promoted.",
            "endpoint.deployed" => $"The endpoint began to answer with version {Field(happened, "version")} of {Field(happened, "model")}.",
            "endpoint.load-failed" => $"A version could not be loaded: {Field(happened, "problem")}",
            "endpoint.model-stopped" => $"The model's program stopped: {Field(happened, "problem")}",
            "endpoint.limits-changed" => "The limits of the endpoint were changed.",
            "endpoint.policy-changed" => "The way by which promotions come to the endpoint was changed.",
            "rollout.started" => $"A roll-out began to give candidates {Field(happened, "weightPercent")} % of the requests.",
            "rollout.step" => $"The roll-out went on to {Field(happened, "weightPercent")} %.",
            "rollout.promoted" => $"The roll-out ended: version {Field(happened, "version")} took over.",
            "rollout.rolled-back" => $"The roll-out was rolled back: {Field(happened, "reason")}",
            "rollout.aborted" => $"The roll-out was ended: {Field(happened, "reason")}",
            "monitor.changed" => "The settings of the monitor were changed.",
            _ => $"{happened.Subject}: {happened.Type}",
        };
    }

    private static string Field(RememberedEvent happened, string name) =>
        happened.Data.ValueKind == JsonValueKind.Object && happened.Data.TryGetProperty(name, out var value) ? value.ToString() : "?";
}

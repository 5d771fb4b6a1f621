using Assay.Data;
using Assay.Registry.Packages;

namespace Assay.Registry.Gates;

/// <summary><c>data-checks: passed</c>: every dataset version that was trained on is still the one that was checked, and broke no rule.</summary>
internal sealed class DataChecksGate(IDatasets datasets) : IGate
{
    private const string Passed = "passed";

    public string Kind => "data-checks";

    public IReadOnlyList<string> Settings { get; } = [];

    public void Check(GateRule rule)
    {
        if (rule.Subject != Passed)
            throw rule.Invalid($"'{Kind}' must be '{Passed}', not '{rule.Subject}'.");
    }

    public async Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var found = new List<string>();
        var failed = 0;
        foreach (var trained in TrainedOn(candidate.Version))
        {
            var version = (await datasets.Find(trained.Name, trained.Version, cancel))?.Version;
            if (version is null || version.Digest != trained.Digest)
            {
                failed++;
                found.Add($"{trained.Name} {(trained.Version is { } number ? $"version {number} " : "")}is not the dataset that was trained on");
                continue;
            }

            failed += version.ChecksFailed;
            found.Add($"{version.Dataset} version {version.Version}: {version.ChecksPassed} passed, {version.ChecksFailed} failed");
        }

        return found.Count == 0
            ? new(Kind, false, "the version names no dataset", "0 failed")
            : new(Kind, failed == 0, string.Join("; ", found), "0 failed");
    }

    private static IReadOnlyList<TrainedOn> TrainedOn(ModelVersionDetail version) => Packages.TrainedOn.Of(
        PackagedEvaluation.Read(version.Evaluation), version.Version.Dataset, version.Version.DatasetDigest);
}

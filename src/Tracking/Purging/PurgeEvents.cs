using Assay.Governance;

namespace Assay.Tracking.Purging;

/// <summary>A deleted run went for good, with all that belonged to it.</summary>
internal sealed record RunPurged(string Id, string Experiment, string Name, DateTimeOffset DeletedAt, int Points, int Files, long SizeBytes)
    : LedgerEvent("run.purged", $"run:{Id}");

/// <summary>A deleted experiment went for good, after its runs.</summary>
internal sealed record ExperimentPurged(string Id, string Name, DateTimeOffset DeletedAt)
    : LedgerEvent("experiment.purged", $"experiment:{Id}");

/// <summary>A deleted logged model went for good, with its files.</summary>
internal sealed record LoggedModelPurged(string Id, string Experiment, string Name, DateTimeOffset DeletedAt, int Files, long SizeBytes)
    : LedgerEvent("logged-model.purged", $"logged-model:{Id}");

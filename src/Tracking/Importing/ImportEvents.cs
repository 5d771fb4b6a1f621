using Assay.Governance;

namespace Assay.Tracking.Importing;

/// <summary>The import of a run has begun; <paramref name="Import"/> ties it to its end.</summary>
internal sealed record RunImportStarted(string Id, string Experiment, string Source, string Import)
    : LedgerEvent(EventType, SubjectOf(Id))
{
    public const string EventType = "run.import-started";

    public static string SubjectOf(string run) => $"run:{run}";
}

/// <summary>All of a run has come from its source.</summary>
internal sealed record RunImported(string Id, string Experiment, string Source, string Import, ImportCounts Counts, bool IsDeleted)
    : LedgerEvent(EventType, RunImportStarted.SubjectOf(Id))
{
    public const string EventType = "run.imported";
}

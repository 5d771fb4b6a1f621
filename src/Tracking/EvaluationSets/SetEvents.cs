using Assay.Governance;

namespace Assay.Tracking.EvaluationSets;

/// <summary>An evaluation set was made.</summary>
internal sealed record EvaluationSetCreated(string Id, string Name, IReadOnlyList<string> Experiments) : LedgerEvent("evaluation-set.created", SetEvents.SubjectOf(Id));

/// <summary>An evaluation set was deleted with its records.</summary>
internal sealed record EvaluationSetDeleted(string Id, string Name, int Records) : LedgerEvent("evaluation-set.deleted", SetEvents.SubjectOf(Id));

/// <summary>Tags of an evaluation set were set by one request, or one was taken away.</summary>
/// <param name="Id">The set.</param>
/// <param name="Count">How many.</param>
/// <param name="Tags">Which; of very many the first ones.</param>
internal sealed record EvaluationSetTagged(string Id, int Count, IReadOnlyList<TagChange> Tags) : LedgerEvent("evaluation-set.tagged", SetEvents.SubjectOf(Id));

/// <summary>An evaluation set is used in more experiments, or in fewer; they decide who may use it.</summary>
internal sealed record EvaluationSetMoved(string Id, IReadOnlyList<string> Added, IReadOnlyList<string> Removed) : LedgerEvent("evaluation-set.moved", SetEvents.SubjectOf(Id));

/// <summary>Records were added to an evaluation set by one request, or changed.</summary>
/// <param name="Id">The set.</param>
/// <param name="Added">Records that are new.</param>
/// <param name="Changed">Records of inputs that were there.</param>
/// <param name="Digest">SHA-256 of what was sent.</param>
internal sealed record EvaluationRecordsPut(string Id, int Added, int Changed, string Digest) : LedgerEvent("evaluation-set.records-put", SetEvents.SubjectOf(Id));

/// <summary>Records of an evaluation set were deleted by one request.</summary>
internal sealed record EvaluationRecordsDeleted(string Id, int Records) : LedgerEvent("evaluation-set.records-deleted", SetEvents.SubjectOf(Id));

internal static class SetEvents
{
    private const int ExperimentsToldMax = 500;

    public static string SubjectOf(string set) => $"evaluation-set:{set}";

    /// <summary>An event has a bounded length; more experiments are used all the same.</summary>
    public static List<string> Told(IEnumerable<string> experiments) => [.. experiments.Take(ExperimentsToldMax)];
}

using Assay.Governance;

namespace Assay.Tracking.LoggedModels;

/// <summary>Tags of a logged model were set by one request, or one was taken away.</summary>
/// <param name="Id">The logged model.</param>
/// <param name="Count">How many.</param>
/// <param name="Tags">Which; of very many the first ones.</param>
internal sealed record LoggedModelTagged(string Id, int Count, IReadOnlyList<TagChange> Tags) : LedgerEvent("logged-model.tagged", SubjectOf(Id))
{
    public static string SubjectOf(string model) => $"logged-model:{model}";
}

/// <summary>A logged model was deleted.</summary>
internal sealed record LoggedModelDeleted(string Id, string Experiment) : LedgerEvent("logged-model.deleted", LoggedModelTagged.SubjectOf(Id));

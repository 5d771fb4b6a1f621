using System.Globalization;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>Series of one metric: its name as Prometheus shows it, and labels.</summary>
/// <remarks>
/// A rule never reads beyond its project: series that carry the label <c>project</c> are the endpoint's project's, and where
/// the rule names no <c>endpoint</c>, the endpoint's own.
/// </remarks>
internal sealed record SeriesSelector(string Metric, IReadOnlyList<LabelMatch> Labels)
{
    public const string Project = "project";
    public const string Endpoint = "endpoint";

    /// <summary>Whether a measurement with these labels is of a matching series.</summary>
    public bool Matches(ReadOnlySpan<KeyValuePair<string, object?>> labels, string project, string endpoint)
    {
        if (Find(labels, Project) is { } owner && owner != project)
            return false;
        if (Find(labels, Endpoint) is { } about && about != endpoint && !Labels.Any(label => label.Name == Endpoint))
            return false;
        foreach (var match in Labels)
        {
            if ((Find(labels, match.Name) ?? "") == match.Value != match.IsEqual)
                return false;
        }

        return true;
    }

    private static string? Find(ReadOnlySpan<KeyValuePair<string, object?>> labels, string name)
    {
        foreach (var label in labels)
        {
            // As Prometheus shows it.
            if (label.Key == name || (label.Key.Contains('.', StringComparison.Ordinal) && label.Key.Replace('.', '_') == name))
                return label.Value as string ?? Convert.ToString(label.Value, CultureInfo.InvariantCulture);
        }

        return null;
    }
}

/// <summary>What a label must be, or must not be.</summary>
internal sealed record LabelMatch(string Name, bool IsEqual, string Value);

using Assay.Serving;

namespace Assay.Monitoring.Windows;

/// <summary>What an endpoint handed out, and has forgotten, that isn't in the database yet: kept until a write succeeds.</summary>
internal sealed class Unwritten
{
    /// <summary>Counts by version, in the order in which they were taken.</summary>
    public List<EndpointWindow> Windows { get; } = [];

    /// <summary>Operations since the last write.</summary>
    public OperationMinutes Minutes { get; } = new();

    /// <summary>Keeps what was taken: of one version as a sum, so that a database that is long away costs no memory.</summary>
    public void Keep(EndpointWindow taken)
    {
        if (Windows is [.., var last] && (last.Endpoint.Digest, last.Endpoint.Version) == (taken.Endpoint.Digest, taken.Endpoint.Version))
            Windows[^1] = last with { Counts = last.Counts.Merge(taken.Counts), Calls = last.Calls.Merge(taken.Calls) };
        else
            Windows.Add(taken);
    }

    /// <summary>What was written needs not be kept.</summary>
    public void Clear()
    {
        Windows.Clear();
        Minutes.Clear();
    }
}

using System.Globalization;
using Assay.Data.Lineage;

namespace Assay.Client;

/// <summary>What things come from and what came of them.</summary>
public sealed class LineageClient
{
    private readonly Transport _transport;

    internal LineageClient(Transport transport) => _transport = transport;

    /// <summary>The lineage of a thing; null when there is no such thing.</summary>
    /// <param name="of">Its reference, such as <c>models:/churn/2</c> or <c>runs:/ID</c>.</param>
    /// <param name="depth">Steps to go, at most 20; the server's default when null.</param>
    /// <param name="nodes">Things in the answer, at most 1,000; the server's default when null.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<LineageGraph?> Find(
        string of, int? depth = null, int? nodes = null, LineageDirection direction = LineageDirection.Both, CancellationToken cancel = default) =>
        _transport.Find<LineageGraph>(
            Route.To("lineage").With("of", of)
                .With("depth", depth?.ToString(CultureInfo.InvariantCulture))
                .With("nodes", nodes?.ToString(CultureInfo.InvariantCulture))
                .With("direction", direction == LineageDirection.Both ? null : direction.ToString()),
            cancel);
}

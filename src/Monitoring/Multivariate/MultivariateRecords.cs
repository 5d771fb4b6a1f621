using System.ComponentModel.DataAnnotations;
using Assay.Monitoring.Reports;

namespace Assay.Monitoring.Multivariate;

/// <summary>
/// That an endpoint's features are compared all together, by rows of its prediction log: how they go with each other may change
/// while each of them alone stays as it was.
/// </summary>
/// <param name="EveryMinutes">Minutes between two comparisons, 5 to 10,080.</param>
/// <param name="Rows">Rows that are drawn of each side, 200 to 1,000.</param>
public sealed record MultivariateSettings([Range(5, 10_080)] int EveryMinutes = 60, [Range(200, 1000)] int Rows = 500);

/// <summary>Rows of the log, or of the datasets that a version was trained on, drawn at random.</summary>
/// <param name="From">The first row that was read; of training rows when their dataset was added.</param>
/// <param name="To">The last one, likewise.</param>
/// <param name="Read">Rows that were read.</param>
/// <param name="Drawn">Rows that were drawn of them, each with the same chance.</param>
public sealed record SampledTime(DateTimeOffset From, DateTimeOffset To, long Read, int Drawn);

/// <summary>All features together, compared once.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="ModelVersion">Version that predicted.</param>
/// <param name="At">When it was done.</param>
/// <param name="Reference">Rows compared with.</param>
/// <param name="Current">Rows compared.</param>
/// <param name="Drifted">Whether any test says so.</param>
/// <param name="Figures">The tests, p-values corrected for their number.</param>
/// <param name="Masked">Inputs that the log leaves out or hashes, so that nothing is known of them.</param>
/// <param name="LeftOut">Inputs for which there was no room: 200 columns are compared, a category has up to eight.</param>
/// <param name="Notes">What to mind.</param>
public sealed record MultivariateResult(
    string Id,
    int ModelVersion,
    DateTimeOffset At,
    SampledTime Reference,
    SampledTime Current,
    bool Drifted,
    IReadOnlyList<MultivariateFigure> Figures,
    IReadOnlyList<string> Masked,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<string> Notes);

/// <summary>The comparisons of an endpoint's features together.</summary>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="Settings">When they are made; null when only somebody who asks makes one.</param>
/// <param name="Results">Newest first, at most 100.</param>
public sealed record MultivariateReport(string Endpoint, MultivariateSettings? Settings, IReadOnlyList<MultivariateResult> Results);
